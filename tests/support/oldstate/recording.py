"""A world at half-time as some release left it in Kafka, in one file."""

from __future__ import annotations

import lzma
from dataclasses import dataclass
from pathlib import Path

import msgspec
from wirecheck.records import Tick, Wire

__all__ = ["Recording"]

Place = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Recording:
    """Everything needed to let another release play the second half.

    Attributes
    ----------
    topics : name without prefix to the records it held at half-time, offsets with their holes.
    later : input records of the second half, each at the offset it will have.
    ticks : of both halves; `half` of them had been decided.
    """

    prefix: str
    half: int
    ticks: list[Tick]
    topics: dict[str, list[Wire]]
    later: list[Wire]
    bad: set[Place]
    bad_copies: set[Place]

    def save(self, path: Path) -> None:
        """Write the file."""
        path.write_bytes(lzma.compress(msgspec.msgpack.encode(self)))

    @classmethod
    def load(cls, path: Path) -> Recording:
        """Read it back."""
        return msgspec.msgpack.decode(lzma.decompress(path.read_bytes()), type=cls)
