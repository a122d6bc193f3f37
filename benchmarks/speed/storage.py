"""Where the servers of a scene keep their files."""

from __future__ import annotations

from pathlib import Path

import psutil

__all__ = ["in_memory"]

_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
_NEEDED = {"smoke": 4 << 30, "quick": 14 << 30}
"""Bytes of memory that must be free, by sizes: Kafka's log of all scenes but one is small."""


def in_memory(sizes: str) -> Path | None:
    """Return a folder in memory, None where there is none with room for these sizes.

    Engines are compared, and a disk that others use too decides more than they do: a fan-out of
    one and the same CPU time took 17 s in memory, and 33 and 74 s on a disk.
    """
    needed = _NEEDED.get(sizes)
    if needed is None or not _MEMORY.is_dir():
        return None
    free = min(psutil.virtual_memory().available, psutil.disk_usage(str(_MEMORY)).free)
    return _MEMORY if free >= needed else None
