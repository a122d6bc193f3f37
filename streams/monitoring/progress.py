"""For how long something that should move has stood still."""

from __future__ import annotations

from collections.abc import Hashable

__all__ = ["Progress"]

LONGEST_STEP_S = 5.0


class Progress:
    """Compares one look at things that move with the look before.

    Two looks that are far apart count as near ones: a process that was suspended, or whose event
    loop was busy, gets its time to move once it has turns again.

    >>> progress = Progress()
    >>> def look(at: int, now_s: float) -> float:
    ...     progress.begin_look(now_s)
    ...     return progress.stood_s("offset", at, due=True)
    >>> look(5, 0.0), look(5, 1.0), look(5, 2.0), look(6, 3.0)
    (0.0, 1.0, 2.0, 0.0)
    """

    def __init__(self) -> None:
        self._before: dict[Hashable, tuple[int, float]] = {}
        self._now: dict[Hashable, tuple[int, float]] = {}
        self._now_s = 0.0
        self._step_s = 0.0

    def begin_look(self, now_s: float) -> None:
        """Begin to look, at `now_s` monotonic seconds; what the last look left out is new again."""
        self._step_s = min(now_s - self._now_s, LONGEST_STEP_S)
        self._before, self._now, self._now_s = self._now, {}, now_s

    def stood_s(self, thing: Hashable, at: int, *, due: bool) -> float:
        """Return for how many seconds `thing` has stood at `at` although it should have moved.

        Parameters
        ----------
        due : whether it should move; the time begins when it first should.
        """
        before = self._before.get(thing)
        stood_s = before[1] + self._step_s if due and before and before[0] == at else 0.0
        self._now[thing] = (at, stood_s)
        return stood_s
