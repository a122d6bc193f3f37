"""One call of the planner, and what it may reckon with until the next."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Tick"]

_LONGEST_STEP_MS = 5_000
_LATE_S, _LATE_SIMULATED_S = 600, 59


@dataclass(frozen=True, slots=True)
class Tick:
    """The moment of a decision, epoch ms, and the bounds that follow from it.

    Attributes
    ----------
    first_s, now_s
        Reminders get send times in [first_s, now_s], epoch seconds.
    next_ms
        When the next call is expected; `now_ms` when nobody knows.
    late_s
        How late a reminder may be that is due at one moment and at no other: with the wall clock
        as long as a restart takes.
    """

    now_ms: int
    first_s: int
    now_s: int
    next_ms: int
    late_s: int

    @classmethod
    def of(cls, prev_ms: int, now_ms: int, *, simulated: bool) -> Tick:
        """Return the tick after `prev_ms` (−1: the first).

        With the wall clock a reminder is sent when it is sent: there is no time but this second.

        >>> Tick.of(60_000, 120_000, simulated=True)
        Tick(now_ms=120000, first_s=61, now_s=120, next_ms=180000, late_s=59)
        >>> Tick.of(119_000, 120_000, simulated=False)
        Tick(now_ms=120000, first_s=120, now_s=120, next_ms=121000, late_s=600)
        """
        now_s = now_ms // 1_000
        step_ms = now_ms - prev_ms if prev_ms >= 0 else 0
        if simulated and prev_ms >= 0:
            return cls(now_ms, prev_ms // 1_000 + 1, now_s, now_ms + step_ms, _LATE_SIMULATED_S)
        late_s = _LATE_SIMULATED_S if simulated else _LATE_S
        return cls(now_ms, now_s, now_s, now_ms + min(step_ms, _LONGEST_STEP_MS), late_s)
