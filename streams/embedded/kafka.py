"""Apache Kafka in KRaft mode, one node, as a child process."""

from __future__ import annotations

import subprocess
from pathlib import Path

from streams.embedded.child import EmbeddedError, GuardedServer
from streams.embedded.embedded_server import EmbeddedServer
from streams.embedded.jars import Say, default_cache_dir, exclusive, kafka_folder, kafka_jars
from streams.embedded.java import find_java
from streams.embedded.kafka_properties import server_properties
from streams.embedded.ports import LOOPBACK, accepts, free_ports

__all__ = ["EmbeddedKafka"]

_BOOTSTRAP = "bootstrap.checkpoint"
_CLUSTER_ID = "bGl2ZWN1ZWVtYmVkZGVkMQ"


class EmbeddedKafka(EmbeddedServer):
    """A real broker.

    Parameters
    ----------
    cache_dir : where the jars are kept; None: this user's cache folder
    heap_mb : the broker's heap, MiB
    start_timeout_s : how long it may take to answer, fetching the jars not counted
    say : told when the jars have to be fetched
    """

    def __init__(
        self,
        cache_dir: Path | None = None,
        heap_mb: int = 512,
        start_timeout_s: float = 60.0,
        say: Say | None = None,
    ) -> None:
        super().__init__(start_timeout_s)
        self._cache_dir = cache_dir or default_cache_dir()
        self._heap_mb = heap_mb
        self._say = say

    @property
    def bootstrap_servers(self) -> str:
        """`host:port` of the broker."""
        return f"{LOOPBACK}:{self._port}"

    def _started(self) -> tuple[GuardedServer, int]:
        java = find_java()
        jars = kafka_jars(self._cache_dir, self._say)
        port, controller_port = free_ports(2)
        server = GuardedServer("Kafka")
        data_dir = server.data_dir / "data"
        properties = server.data_dir / "server.properties"
        try:
            properties.write_text(self._server_properties(data_dir, port, controller_port))
            self._format(java, jars, data_dir, properties)
            server.spawn([*self._java_command(java, jars), "kafka.Kafka", str(properties)])
            server.wait_until(lambda: _answers(port), self._start_timeout_s)
        except BaseException:
            server.stop()
            raise
        return server, port

    def _server_properties(self, data_dir: Path, port: int, controller_port: int) -> str:
        """The text of `server.properties`."""
        return server_properties(data_dir, port, controller_port)

    def _java_command(self, java: Path, jars: list[Path]) -> list[str]:
        return [
            str(java),
            f"-Xmx{self._heap_mb}m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Djava.awt.headless=true",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
            "-cp",
            ":".join(map(str, jars)),
        ]

    def _format(self, java: Path, jars: list[Path], data_dir: Path, properties: Path) -> None:
        """Make the data dir what `kafka-storage format` makes it, from a copy kept in the cache."""
        kept = kafka_folder(self._cache_dir) / _BOOTSTRAP
        data_dir.mkdir()
        if not kept.is_file():
            with exclusive(kept.with_name("lock")):
                command = [*self._java_command(java, jars), "kafka.tools.StorageTool", "format"]
                done = subprocess.run(
                    [*command, "-t", _CLUSTER_ID, "-c", str(properties)],
                    capture_output=True,
                    text=True,
                    timeout=self._start_timeout_s,
                    check=False,
                )
                if done.returncode:
                    raise EmbeddedError(f"Kafka cannot format {data_dir}:\n{done.stderr}")
                written = kept.with_suffix(".new")
                written.write_bytes((data_dir / _BOOTSTRAP).read_bytes())
                written.replace(kept)
            return
        (data_dir / _BOOTSTRAP).write_bytes(kept.read_bytes())
        (data_dir / "meta.properties").write_text(
            f"version=1\nnode.id=1\ncluster.id={_CLUSTER_ID}\n"
        )


def _answers(port: int) -> bool:
    """Whether the broker serves its API and counts itself among the living."""
    if not accepts(port):
        return False
    from kafka import KafkaAdminClient
    from kafka.errors import KafkaError

    try:
        admin = KafkaAdminClient(bootstrap_servers=f"{LOOPBACK}:{port}", request_timeout_ms=5000)
        try:
            return bool(admin.describe_cluster()["brokers"])
        finally:
            admin.close()
    except (KafkaError, OSError):
        return False
