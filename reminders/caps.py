"""How often a user may be invited: rolling caps and the gap between invitations."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from features.compiled import compiled
from online_models.arrays import Ints
from reminders.settings import DecisionSettings
from reminders.suppression import SENDABLE, Suppression, code_of, mark

__all__ = ["CAP_CODES", "InviteCaps"]

_DAY_S = 86_400


@dataclass(frozen=True)
class InviteCaps:
    """The caps in whole seconds, over the newest invitations that a user row keeps.

    A row remembers as many send times as it has slots, so a cap beyond that is taken as that
    number. Two invitations exactly one period apart count into the same period.

    Examples
    --------
    >>> caps = InviteCaps(per_day=2, per_week=4, gap_s=60)
    >>> sends = np.array([[1_000, 5_000, 0, 0]])
    >>> caps.next_allowed(sends, np.array([5_010])).tolist()
    [87401]
    """

    per_day: int
    per_week: int
    gap_s: int

    @classmethod
    def of(cls, settings: DecisionSettings, slots: int) -> InviteCaps:
        """Return the caps of the settings for rows that keep `slots` send times."""
        return cls(
            per_day=min(settings.max_invites_24h, slots),
            per_week=min(settings.max_invites_7d, slots),
            gap_s=-(-settings.min_gap_ms // 1_000),
        )

    def check(self, sends: npt.NDArray[np.uint32], at_s: Ints) -> Ints:
        """Return int64[n]: the code of the cap that an invitation at `at_s` meets, or SENDABLE.

        `sends` is uint32[n, slots], epoch seconds in any order, 0 = none. Times after `at_s`
        count like times before it.
        """
        day, week, gap = _near(sends, at_s, self.gap_s)
        codes = np.full(len(at_s), SENDABLE, np.int64)
        mark(codes, day >= self.per_day, Suppression.CAP_24H)
        mark(codes, week >= self.per_week, Suppression.CAP_7D)
        mark(codes, gap > 0, Suppression.MIN_GAP)
        return codes

    def next_allowed(self, sends: npt.NDArray[np.uint32], at_s: Ints) -> Ints:
        """Return int64[n]: the first second ≥ `at_s` that no cap forbids, −1 when none is.

        Only sends up to now are expected; later invitations may forbid it again.
        """
        newest = np.sort(sends.astype(np.int64), axis=1)[:, ::-1]
        free = np.maximum(at_s, np.where(newest[:, 0] > 0, newest[:, 0] + self.gap_s, 0))
        for cap, period_s in ((self.per_day, _DAY_S), (self.per_week, 7 * _DAY_S)):
            if cap <= 0:
                return np.full(len(at_s), -1, np.int64)
            oldest = newest[:, cap - 1]
            free = np.maximum(free, np.where(oldest > 0, oldest + period_s + 1, 0))
        return free

    @staticmethod
    def record(sends: npt.NDArray[np.uint32], rows: Ints, at_s: Ints) -> None:
        """Put `at_s`, int64[n], in place of the oldest time of each of `rows`, int64[n], once each.

        `sends` is uint32[m, slots] with m > `rows`, and changed.
        """
        _put_oldest(sends, rows, at_s)


@compiled
def _put_oldest(sends: npt.NDArray[np.uint32], rows: Ints, at_s: Ints) -> None:
    for number in range(len(rows)):
        row, oldest = rows[number], 0
        for place in range(sends.shape[1]):
            if sends[row, place] < sends[row, oldest]:
                oldest = place
        sends[row, oldest] = at_s[number]


@compiled
def _near(sends: npt.NDArray[np.uint32], at_s: Ints, gap_s: int) -> tuple[Ints, Ints, Ints]:
    """Return int64[n] each: how many sends are within a day, a week, and less than `gap_s` away."""
    near = np.zeros((3, len(at_s)), np.int64)
    for row in range(len(at_s)):
        for place in range(sends.shape[1]):
            if sends[row, place] != 0:
                apart = abs(np.int64(sends[row, place]) - at_s[row])
                near[0, row] += apart <= _DAY_S
                near[1, row] += apart <= 7 * _DAY_S
                near[2, row] += apart < gap_s
    return near[0], near[1], near[2]


CAP_CODES = frozenset(
    code_of(reason) for reason in (Suppression.CAP_24H, Suppression.CAP_7D, Suppression.MIN_GAP)
)
"""The codes of those who may be sent later, when their window still allows it."""
