"""The exact jars of the embedded Kafka, `kafka.lock`.

`python -m streams.embedded.jar_lock` makes it anew.

Kafka and its logging binding are resolved apart: in one resolution the binding's own wishes pull
`kafka-clients` down to an older version, and the broker dies with `NoSuchMethodError`.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

__all__ = ["KAFKA_VERSION", "LockedJar", "locked_jars", "resolve"]

KAFKA_VERSION = "4.3.1"
_ENDPOINTS = (f"org.apache.kafka:kafka_2.13:{KAFKA_VERSION}", "org.slf4j:slf4j-simple:1.7.36")
_LOCK = Path(__file__).with_name("kafka.lock")


@dataclass(frozen=True, slots=True)
class LockedJar:
    """One jar: its Maven coordinate (`group:artifact:version`) and the SHA-256 of its bytes."""

    coordinate: str
    sha256: str

    @property
    def file_name(self) -> str:
        """`artifact-version.jar`, as Maven names it."""
        _, artifact, version = self.coordinate.split(":")
        return f"{artifact}-{version}.jar"


@cache
def locked_jars() -> tuple[LockedJar, ...]:
    """All jars of the class path, in the order of the lock file."""
    lines = _LOCK.read_text("utf-8").splitlines()
    return tuple(LockedJar(*line.split()) for line in lines if line and not line.startswith("#"))


def resolve(repository: Path) -> list[LockedJar]:
    """Resolve the endpoints anew through jgo, downloading into `repository`."""
    from jgo.maven import MavenContext

    context = MavenContext(repo_cache=repository, timeout=60)
    jars: dict[str, LockedJar] = {}
    for endpoint in _ENDPOINTS:
        wanted, needed = context.resolver.resolve([context.create_dependency(endpoint)])
        for dependency in [*wanted, *needed]:
            artifact = dependency.artifact
            coordinate = f"{artifact.groupId}:{artifact.artifactId}:{artifact.version}"
            digest = hashlib.sha256(artifact.resolve().read_bytes()).hexdigest()
            jars.setdefault(coordinate, LockedJar(coordinate, digest))
    return sorted(jars.values(), key=lambda jar: jar.coordinate)


def main() -> None:
    """Write the lock file anew."""
    with tempfile.TemporaryDirectory() as folder:
        jars = resolve(Path(folder))
    lines = [f"{jar.coordinate} {jar.sha256}" for jar in jars]
    _LOCK.write_text("# Made by: python -m streams.embedded.jar_lock\n" + "\n".join(lines) + "\n")
    sys.stdout.write(f"{len(jars)} jars locked in {_LOCK.name}\n")


if __name__ == "__main__":
    main()
