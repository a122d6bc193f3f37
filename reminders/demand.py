"""How many invitations of which value came up in the last day: what a price would let through."""

from __future__ import annotations

import msgspec
import numpy as np

from features.hashing import U64Array
from online_models.arrays import Floats, Ints
from reminders.journal import DEMAND, Journal

__all__ = ["HIGHEST_PRICE", "LOWEST_PRICE", "Demand", "of_each_user"]

LOWEST_PRICE, HIGHEST_PRICE = 0.000_5, 0.5
HOURS = 24
LEVELS_A_DOUBLING = 16
LEVELS = round(LEVELS_A_DOUBLING * np.log2(HIGHEST_PRICE / LOWEST_PRICE))
"""Values are told apart to 4 %."""
_EDGES = LOWEST_PRICE * np.exp2(np.arange(LEVELS + 1) / LEVELS_A_DOUBLING)


class _Hour(msgspec.Struct, array_like=True):
    """One hour since 1970: how awake users were, what was sent, and what came up by level."""

    hour: int
    awake: float
    sent: int = 0
    came_up: dict[int, int] = {}


class Demand:
    """The last 24 hours of what might have been sent, kept in the journal hour by hour.

    >>> demand = Demand(Journal())
    >>> demand.begin(7, awake=1.0)
    >>> demand.add(np.array([0.2, 0.1, 0.05, 0.00001]))
    >>> round(demand.price_of(2.0, lowest=0.01), 3)
    0.099
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._hours: dict[int, _Hour] = {}
        self._now: _Hour | None = None
        self._above = np.zeros(LEVELS)

    def waking(self, part: float, hours: int = HOURS) -> float:
        """Return the share of a day's waking time in the last `hours`, as far as they are known.

        `part`: how much of the hour that goes on is over.
        """
        now, latest = self._now, self._latest(hours)
        past = sum(one.awake for one in latest if one is not now)
        return (past + (now.awake * part if now is not None else 0.0)) / HOURS

    @property
    def knows_a_day(self) -> bool:
        """Whether all of the last 24 hours are known."""
        return len(self._hours) == HOURS

    @property
    def sent(self) -> int:
        """How many invitations were sent in the known hours."""
        return sum(one.sent for one in self._hours.values())

    def begin(self, hour: int, awake: float) -> None:
        """Let an hour begin in which so many times more users than on average are awake."""
        if self._now is not None and self._now.hour == hour:
            return
        for old in [at for at in self._hours if at <= hour - HOURS]:
            self._journal.drop(_key(old))
            del self._hours[old]
        self._now = self._hours.setdefault(hour, _Hour(hour, awake))
        self._write()
        self._above = self._came_up(HOURS)

    def add(self, values: Floats) -> None:
        """Count what came up for the first time, float64[n], whether or not it was sent."""
        if self._now is None or not len(values):
            return
        high = values[values >= LOWEST_PRICE]
        level = np.minimum(np.searchsorted(_EDGES, high, side="right") - 1, LEVELS - 1)
        levels, counts = np.unique(level, return_counts=True)
        for place, count in zip(levels.tolist(), counts.tolist(), strict=True):
            self._now.came_up[place] = self._now.came_up.get(place, 0) + count
        self._above[levels] += counts
        self._write()

    def spend(self, count: int) -> None:
        """Count invitations that are being sent."""
        if self._now is not None and count:
            self._now.sent += count
            self._write()

    def price_of(self, wanted: float, lowest: float, hours: int = HOURS) -> float:
        """Return the highest price, `lowest` or more, that would have let `wanted` through.

        `hours`: the last ones, which are looked at.
        """
        above = self._above if hours == HOURS else self._came_up(hours)
        let_through = np.cumsum(above[::-1])[::-1]
        enough = np.flatnonzero(let_through >= wanted)
        # Just below the edge, as values that equal the price do not pass.
        price = _EDGES[enough[-1]] * (1.0 - 1e-9) if len(enough) else LOWEST_PRICE
        return float(max(price, lowest))

    def restore(self, key: bytes, value: bytes) -> None:
        """Take a record of the journal."""
        self._journal.restored(key)
        one = msgspec.msgpack.decode(value, type=_Hour)
        self._hours[one.hour] = one

    def _latest(self, hours: int) -> list[_Hour]:
        if self._now is None:
            return []
        return [one for one in self._hours.values() if one.hour > self._now.hour - hours]

    def _came_up(self, hours: int) -> Floats:
        """Return float64[LEVELS]: what came up in the last hours, by level."""
        above = np.zeros(LEVELS)
        for one in self._latest(hours):
            above[list(one.came_up)] += list(one.came_up.values())
        return above

    def _write(self) -> None:
        if self._now is not None:
            self._journal.put(_key(self._now.hour), msgspec.msgpack.encode(self._now))


def of_each_user(user_h: U64Array, values: Floats) -> Ints:
    """Return the places of each user's highest value: of those that meet, one can go."""
    order = np.lexsort((-values, user_h))
    users = user_h[order]
    return np.asarray(order[np.append(True, users[1:] != users[:-1])[: len(users)]])


def _key(hour: int) -> bytes:
    return b"\xff" + DEMAND + (hour % HOURS).to_bytes(1, "big")
