"""Resolve Kafka's jars anew into `kafka.lock`: `python -m streams.embedded.relock`.

Kafka and its logging binding are resolved apart: in one resolution the binding's own wishes pull
`kafka-clients` down to an older version, and the broker dies with `NoSuchMethodError`.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
from pathlib import Path

from streams.embedded.jar_lock import KAFKA_VERSION, LOCK_FILE, LockedJar

__all__ = ["resolve"]

_ENDPOINTS = (f"org.apache.kafka:kafka_2.13:{KAFKA_VERSION}", "org.slf4j:slf4j-simple:1.7.36")


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
    LOCK_FILE.write_text("# Made by: python -m streams.embedded.relock\n" + "\n".join(lines) + "\n")
    sys.stdout.write(f"{len(jars)} jars locked in {LOCK_FILE.name}\n")


if __name__ == "__main__":
    main()
