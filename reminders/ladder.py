"""The ladder of rungs: how long before a start each reminder may be sent."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["DEFAULT_RUNGS", "Rung", "window"]

_MINUTE_MS = 60_000
_HOUR_MS = 60 * _MINUTE_MS


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung: its window and its nominal moment, in ms before the start of the stream.

    The window is [start - ``opens_ms``, start - ``closes_ms``], both ends included.
    """

    name: str
    opens_ms: int
    closes_ms: int
    nominal_ms: int


DEFAULT_RUNGS: tuple[Rung, ...] = (
    Rung("24h", 28 * _HOUR_MS, 18 * _HOUR_MS, 24 * _HOUR_MS),
    Rung("2h", 4 * _HOUR_MS, 1 * _HOUR_MS, 2 * _HOUR_MS),
    Rung("15m", 30 * _MINUTE_MS, 5 * _MINUTE_MS, 15 * _MINUTE_MS),
)


def window(rung: Rung, start_ts: int) -> tuple[int, int]:
    """Return the first and the last ms, both included, in which `rung` may be sent.

    >>> window(DEFAULT_RUNGS[2], 10_000_000)
    (8200000, 9700000)
    """
    return start_ts - rung.opens_ms, start_ts - rung.closes_ms
