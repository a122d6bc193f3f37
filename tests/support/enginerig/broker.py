"""A broker of one's own that can be paused, and stopped and started again with its data."""

from __future__ import annotations

from pathlib import Path
from typing import Self

import psutil

from streams.embedded import EmbeddedKafka
from streams.embedded.child import GuardedServer
from streams.embedded.jars import default_cache_dir, kafka_jars
from streams.embedded.java import find_java
from streams.embedded.ports import LOOPBACK, accepts, free_ports

__all__ = ["MortalBroker"]

START_S = 60.0


class MortalBroker(EmbeddedKafka):
    """Kafka on one port and one data folder through several lives.

    Parameters
    ----------
    folder : keeps the data.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        self._properties = folder / "server.properties"
        self._life: GuardedServer | None = None
        self._jars = kafka_jars(default_cache_dir(), None)

    def start(self) -> Self:
        """Begin the first life, with empty logs."""
        self._port, controller_port = free_ports(2)
        data = self._folder / "data"
        self._properties.write_text(self._server_properties(data, self._port, controller_port))
        self._format(find_java(), self._jars, data, self._properties)
        self.revive()
        return self

    def revive(self) -> None:
        """Start the process, and wait until it listens."""
        self._life = GuardedServer("Kafka")
        command = [*self._java_command(find_java(), self._jars), "kafka.Kafka"]
        self._life.spawn([*command, str(self._properties)])
        self._life.wait_until(lambda: accepts(self._port), START_S)

    def pause(self) -> None:
        """Stop answering, without closing a connection."""
        for process in self._processes():
            process.suspend()

    def go_on(self) -> None:
        """Answer again."""
        for process in self._processes():
            process.resume()

    def stop(self) -> None:
        """End the process; the data stays."""
        life, self._life = self._life, None
        if life is not None:
            life.stop()

    @property
    def lives(self) -> bool:
        """Whether the process runs."""
        return self._life is not None and self._life.alive

    def __enter__(self) -> Self:
        return self.start()

    @property
    def bootstrap_servers(self) -> str:
        """`host:port`, the same in every life."""
        return f"{LOOPBACK}:{self._port}"

    def _processes(self) -> list[psutil.Process]:
        assert self._life is not None
        assert self._life._process is not None
        return psutil.Process(self._life._process.pid).children(recursive=True)
