"""What the view has done and where it stands, for metrics and the console."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ViewCounters"]


@dataclass(slots=True)
class ViewCounters:
    """Counts since the worker started.

    Attributes
    ----------
    connected : whether the last call to Redis succeeded.
    users, reminders, planned, streams : what was written.
    erased : users whose keys were deleted.
    dropped : erasures that waited too long; the sweep after the next rebuild makes up for them.
    failures : calls that failed, connections included.
    rebuilds : rewrites of a whole partition that were begun.
    """

    connected: bool = False
    users: int = 0
    reminders: int = 0
    planned: int = 0
    streams: int = 0
    erased: int = 0
    dropped: int = 0
    failures: int = 0
    rebuilds: int = 0
