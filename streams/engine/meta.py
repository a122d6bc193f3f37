"""The record in `state` that says how far a partition has come; the truth about its offsets."""

from __future__ import annotations

import msgspec

from features.errors import StateVersionError

__all__ = ["META_KEY", "PartitionMeta"]

META_KEY = b"\xff\x00meta"
META_VERSION = 1


class _Versioned(msgspec.Struct):
    version: int


class PartitionMeta(msgspec.Struct, frozen=True, kw_only=True):
    """Progress of one partition.

    Attributes
    ----------
    offsets : next offset to apply by full topic name: the user inputs and `streams`.
    clock_ts : epoch ms up to which reminders have been decided; −1 before the first time.
    reminders_end_offset : last reminder's offset + 1 in this partition, 0 when there never was one.
    """

    offsets: dict[str, int]
    clock_ts: int = -1
    reminders_end_offset: int = 0
    version: int = META_VERSION

    def to_bytes(self) -> bytes:
        """JSON."""
        return msgspec.json.encode(self)

    @classmethod
    def from_bytes(cls, value: bytes) -> PartitionMeta:
        """Read it back.

        Raises
        ------
        StateVersionError : written by a version that this one does not know.
        """
        version = msgspec.json.decode(value, type=_Versioned).version
        if version != META_VERSION:
            raise StateVersionError(
                f"progress of version {version}, this worker knows {META_VERSION}"
            )
        return msgspec.json.decode(value, type=cls)
