"""The ladder of rungs: how long before a start each reminder may be sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from features.errors import LivecueError

__all__ = ["DEFAULT_RUNGS", "LadderError", "Rung", "check_rungs", "horizon_ms", "window"]

_MINUTE_MS = 60_000
_HOUR_MS = 60 * _MINUTE_MS
_LONGEST_MS = 30 * 24 * _HOUR_MS


class LadderError(LivecueError):
    """The configured rungs cannot be a ladder."""


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


def horizon_ms(rungs: Sequence[Rung]) -> int:
    """Return how long before a start the first of `rungs` opens; 0 without rungs."""
    return max((rung.opens_ms for rung in rungs), default=0)


def check_rungs(rungs: Sequence[Rung]) -> None:
    """Raise `LadderError`, naming every fault at once, unless `rungs` are a ladder.

    Names are 1 to 32 characters and unique; 30 days ≥ opens ≥ nominal ≥ closes > 0, so that
    nothing is ever due at or after the start.
    """
    faults: list[str] = []
    seen: set[str] = set()
    for rung in rungs:
        if not 1 <= len(rung.name) <= 32:
            faults.append(f"rung {rung.name!r}: the name must have 1 to 32 characters")
        if rung.name in seen:
            faults.append(f"rung {rung.name!r}: the name is there twice")
        seen.add(rung.name)
        if not _LONGEST_MS >= rung.opens_ms >= rung.nominal_ms >= rung.closes_ms > 0:
            faults.append(
                f"rung {rung.name!r}: 30 days ≥ opens ({rung.opens_ms} ms) ≥ nominal "
                f"({rung.nominal_ms} ms) ≥ closes ({rung.closes_ms} ms) > 0 must hold"
            )
    if faults:
        raise LadderError("; ".join(faults))
