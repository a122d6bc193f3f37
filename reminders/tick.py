"""One call of the planner, and what it may reckon with until the next."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Tick"]

_LONGEST_STEP_MS = 5_000
_LATE_S, _LATE_SIMULATED_S = 600, 59
_ALWAYS_MS = 2**63


@dataclass(frozen=True, slots=True)
class Tick:
    """The moment of a decision, epoch ms, and the bounds that follow from it.

    Attributes
    ----------
    first_s, now_s
        Reminders get send times in [first_s, now_s], epoch seconds: none where the last tick was in
        the same second.
    next_ms
        When the next call is expected; `now_ms` when nobody knows.
    late_s
        How late a reminder may be that is due at one moment and at no other: with the wall clock
        as long as a restart takes.
    known_ms
        What other partitions said later is not known yet: with ticks that is the last one, and on
        the wall clock whatever was heard is known.
    """

    now_ms: int
    first_s: int
    now_s: int
    next_ms: int
    late_s: int
    known_ms: int = _ALWAYS_MS

    @property
    def sends(self) -> bool:
        """Whether there is a send time to give.

        >>> Tick.of(60_000, 60_007, simulated=True).sends
        False
        """
        return self.first_s <= self.now_s

    @property
    def earliest_s(self) -> int:
        """From when on may be planned: now, or the next second where this one has none to give."""
        return max(self.first_s, self.now_s)

    @property
    def step_s(self) -> int:
        """How long it is until the next call, in seconds, rounded up."""
        return -(-(self.next_ms - self.now_ms) // 1_000)

    @classmethod
    def of(cls, prev_ms: int, now_ms: int, *, simulated: bool) -> Tick:
        """Return the tick after `prev_ms` (−1: the first).

        With the wall clock a reminder is sent when it is sent: there is no time but this second.

        >>> Tick.of(60_000, 120_000, simulated=True)
        Tick(now_ms=120000, first_s=61, now_s=120, next_ms=180000, late_s=59, known_ms=60000)
        >>> (now := Tick.of(119_000, 120_000, simulated=False)).late_s, now.known_ms > now.now_ms
        (600, True)
        """
        now_s = now_ms // 1_000
        step_ms = now_ms - prev_ms if prev_ms >= 0 else 0
        if not simulated:
            return cls(now_ms, now_s, now_s, now_ms + min(step_ms, _LONGEST_STEP_MS), _LATE_S)
        first_s = prev_ms // 1_000 + 1 if prev_ms >= 0 else now_s
        return cls(now_ms, first_s, now_s, now_ms + step_ms, _LATE_SIMULATED_S, prev_ms)
