"""How a copy wears out: how much worse it pulls on who was shown it lately.

By how long ago a user was shown the same copy, there are the openings that came and those that were
expected of this user and this copy. Their ratio, beside that of copies not shown lately, is what is
left of a copy's pull: drawn to a small wear that is believed before, and never above 1, since who
is shown much because much is opened must not make repetition look good.

References
----------
Yancey and Settles (2020), A sleeping, recovering bandit algorithm for optimizing recurring
notifications, KDD: the wear believed before, 1.7 % at once, halved each 15 days.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import msgspec
import numpy as np

from online_models.arrays import Floats, Ints

__all__ = ["AGES_H", "FRESH", "Shown", "Wear", "age_of"]

AGES_H = (24, 48, 96, 192)
"""Hours; a copy shown no longer ago than the first of these is of age 0, and so on."""
FRESH = len(AGES_H)
"""The age of a copy that was not shown lately."""
BELIEVED_WEAR, HALF_LIFE_H = 0.017, 15 * 24.0
BELIEVED_OPENINGS = 20.0


class Shown(NamedTuple):
    """Which of some copies n users were shown last, and how old that is; the newest first.

    `place` int64[n, m] among the copies, −1 for none of them; `age` int64[n, m], `FRESH` for none.
    """

    place: Ints
    age: Ints

    @classmethod
    def nothing(cls, users: int) -> Shown:
        """Return that none of so many users was shown any of them."""
        return cls(np.zeros((users, 0), np.int64), np.zeros((users, 0), np.int64))

    def age_of(self, chosen: Ints) -> Ints:
        """Return int64[n]: the age of the copy at place `chosen`, int64[n]."""
        ages = np.where(self.place == chosen[:, None], self.age, FRESH)
        return np.asarray(ages.min(axis=1, initial=FRESH))

    def take(self, rows: Ints) -> Shown:
        """Return the given rows."""
        return Shown(self.place[rows], self.age[rows])

    def among(self, chosen: Sequence[int], copies: int) -> Shown:
        """Return the same by place among the `chosen` of all the copies.

        >>> shown = Shown(np.array([[2, 0], [-1, 3]]), np.array([[0, 1], [FRESH, 2]]))
        >>> shown.among((2, 3), 4).place.tolist()
        [[0, -1], [-1, 1]]
        """
        places = np.full(copies + 1, -1)
        places[np.asarray(chosen)] = np.arange(len(chosen))
        return Shown(places[self.place], self.age)


def age_of(hours: Ints) -> Ints:
    """Return the age of what was shown so many hours ago.

    >>> age_of(np.array([0, 24, 25, 192, 193])).tolist()
    [0, 0, 1, 3, 4]
    """
    return np.asarray(np.searchsorted(AGES_H, hours))


class Wear(msgspec.Struct):
    """Openings that came and that were expected, by the age of the copy shown.

    >>> wear = Wear()
    >>> for number in range(4_000):
    ...     wear.observe(FRESH, 0.1, opened=number % 10 == 0)
    ...     wear.observe(0, 0.1, opened=number % 20 == 0)
    >>> wear.pull().round(3).tolist()
    [0.523, 0.985, 0.986, 0.988, 1.0]
    """

    opened: list[float] = msgspec.field(default_factory=lambda: [0.0] * (FRESH + 1))
    expected: list[float] = msgspec.field(default_factory=lambda: [0.0] * (FRESH + 1))

    def observe(self, age: int, expected: float, *, opened: bool) -> None:
        """Note that a copy of this age was opened or not, of which `expected` was the chance."""
        self.opened[age] += opened
        self.expected[age] += expected

    def pull(self) -> Floats:
        """Return float64[5]: what is left of a copy's pull by its age, in (0, 1]; fresh: 1."""
        opened, expected = np.array(self.opened), np.array(self.expected)
        fresh = (opened[FRESH] + BELIEVED_OPENINGS) / (expected[FRESH] + BELIEVED_OPENINGS)
        left = 1.0 - BELIEVED_WEAR * 0.5 ** (np.array(AGES_H) / HALF_LIFE_H)
        worn = opened[:FRESH] + BELIEVED_OPENINGS * left
        worn /= expected[:FRESH] * fresh + BELIEVED_OPENINGS
        return np.append(np.minimum(worn, 1.0), 1.0)

    def copy(self) -> Wear:
        """Return an independent copy."""
        return Wear([*self.opened], [*self.expected])
