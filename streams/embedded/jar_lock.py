"""The exact jars of the embedded Kafka: `kafka.lock`, which `streams.embedded.relock` makes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

__all__ = ["KAFKA_VERSION", "LOCK_FILE", "LockedJar", "locked_jars"]

KAFKA_VERSION = "4.3.1"
LOCK_FILE = Path(__file__).with_name("kafka.lock")


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
    lines = LOCK_FILE.read_text("utf-8").splitlines()
    return tuple(LockedJar(*line.split()) for line in lines if line and not line.startswith("#"))
