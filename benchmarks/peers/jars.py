"""The jars of the Java peers: exact coordinates in `jars.lock`, fetched once through jgo.

`python -m benchmarks.peers.jars` resolves `ENDPOINTS` anew into the lock.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

__all__ = ["ENDPOINTS", "LOCK_FILE", "class_path", "locked"]

Say = Callable[[str], None]

LOCK_FILE = Path(__file__).with_name("jars.lock")
FLINK_VERSION = "1.20.1"
STREAMS_VERSION = "4.3.1"
ENDPOINTS = {
    "kafka-streams": (f"org.apache.kafka:kafka-streams:{STREAMS_VERSION}",),
    "flink": (
        "org.apache.flink:flink-connector-kafka:3.4.0-1.20",
        f"org.apache.flink:flink-connector-base:{FLINK_VERSION}",
        f"org.apache.flink:flink-clients:{FLINK_VERSION}",
        f"org.apache.flink:flink-streaming-java:{FLINK_VERSION}",
    ),
}
# Brings a logger to neither: without it slf4j prints a warning and says no more.
_NOT_NEEDED = {"async-profiler", "listenablefuture", "j2objc-annotations"}
_DOWNLOADS_AT_ONCE = 8
_TIMEOUT_S = 60


def locked(peer: str) -> list[tuple[str, str]]:
    """Return (coordinate, SHA-256) of each jar of a peer, in the order of the class path."""
    lines = LOCK_FILE.read_text("utf-8").splitlines()
    rows = [line.split() for line in lines if line and not line.startswith("#")]
    return [(coordinate, digest) for name, coordinate, digest in rows if name == peer]


def class_path(peer: str, cache_dir: Path, say: Say) -> list[Path]:
    """Return the jars of a peer, fetched first where the cache lacks them.

    Raises
    ------
    RuntimeError
        A jar is not the locked one.
    """
    folder = cache_dir / "peer-jars"
    folder.mkdir(parents=True, exist_ok=True)
    wanted = locked(peer)
    missing = [row for row in wanted if not (folder / _file_name(row[0])).is_file()]
    if missing:
        say(f"fetching {len(missing)} jars of {peer} into {folder}, once")
        with tempfile.TemporaryDirectory(dir=folder) as staging:
            context = _context(Path(staging))
            with ThreadPoolExecutor(_DOWNLOADS_AT_ONCE) as pool:
                list(pool.map(lambda jar: _fetch(context, jar, folder), missing))
    return [folder / _file_name(coordinate) for coordinate, _ in wanted]


def _file_name(coordinate: str) -> str:
    group, artifact, version = coordinate.split(":")
    return f"{group}.{artifact}-{version}.jar"


def _context(folder: Path) -> Any:
    from jgo.config import GlobalSettings
    from jgo.constants import MAVEN_CENTRAL_URL
    from jgo.maven import MavenContext

    repositories = {"central": MAVEN_CENTRAL_URL, **GlobalSettings.load().repositories}
    return MavenContext(repo_cache=folder, remote_repos=repositories, timeout=_TIMEOUT_S)


def _fetch(context: Any, jar: tuple[str, str], folder: Path) -> None:
    coordinate, digest = jar
    fetched: Path = context.create_dependency(coordinate).artifact.resolve()
    found = hashlib.sha256(fetched.read_bytes()).hexdigest()
    if found != digest:
        raise RuntimeError(f"the SHA-256 of {coordinate} is {found}, but {digest} is locked")
    fetched.replace(folder / _file_name(coordinate))


def _resolve(repository: Path) -> list[str]:
    context = _context(repository)
    lines = []
    for peer, endpoints in ENDPOINTS.items():
        jars: dict[str, str] = {}
        for endpoint in endpoints:
            wanted, needed = context.resolver.resolve([context.create_dependency(endpoint)])
            for artifact in (dependency.artifact for dependency in [*wanted, *needed]):
                name = f"{artifact.groupId}:{artifact.artifactId}"
                if artifact.artifactId in _NOT_NEEDED or name in jars:
                    continue
                digest = hashlib.sha256(artifact.resolve().read_bytes()).hexdigest()
                jars[name] = f"{peer} {name}:{artifact.version} {digest}"
        lines += sorted(jars.values())
    return lines


def main() -> None:
    """Write the lock anew."""
    with tempfile.TemporaryDirectory() as folder:
        lines = _resolve(Path(folder))
    LOCK_FILE.write_text("# Made by: python -m benchmarks.peers.jars\n" + "\n".join(lines) + "\n")
    sys.stdout.write(f"{len(lines)} jars locked in {LOCK_FILE.name}\n")


if __name__ == "__main__":
    main()
