"""Quiet hours in the user's own zone, exact across changes of daylight saving time."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from features.zones import Zones
from online_models.arrays import Bools, Ints

__all__ = ["NEVER_S", "LocalQuiet", "is_quiet"]

Minutes = npt.NDArray[np.signedinteger[Any]]
NEVER_S = -1
_DAY_MINUTES = 1_440


def is_quiet(minute: Minutes, start: Minutes, end: Minutes) -> Bools:
    """Return where local `minute` of the day is in [start, end), which may cross midnight.

    Equal bounds mean no quiet hours. All are minutes 0…1439 and broadcast.

    >>> is_quiet(np.array([1319, 1320, 0, 480]), np.array(1320), np.array(480)).tolist()
    [False, True, True, False]
    """
    crosses = end < start
    return np.where(crosses, (minute >= start) | (minute < end), (minute >= start) & (minute < end))


@dataclass(frozen=True)
class LocalQuiet:
    """The quiet hours of `n` users, and searches for minutes outside them.

    Attributes
    ----------
    zones
        The zone tables that `codes` point into.
    codes
        int64[n], zone codes.
    start, end
        int64[n], local minutes of the day; equal = none.
    """

    zones: Zones
    codes: Ints
    start: Ints
    end: Ints

    def take(self, rows: Ints | Bools | slice) -> LocalQuiet:
        """Return the given users."""
        arrays = {f.name: getattr(self, f.name)[rows] for f in fields(self)[1:]}
        return LocalQuiet(self.zones, **arrays)

    def begun_earlier(self, by_s: int) -> LocalQuiet:
        """Return quiet hours that begin `by_s` seconds earlier, in whole minutes, rounded up.

        None stay none, and what would then cover the day stays as it is.

        >>> zones, bounds = Zones(), (np.array([1320, 480, 0]), np.array([480, 480, 1439]))
        >>> LocalQuiet(zones, np.zeros(3, np.int64), *bounds).begun_earlier(90).start.tolist()
        [1318, 480, 0]
        """
        by = -(-by_s // 60)
        length = (self.end - self.start) % _DAY_MINUTES
        room = (length > 0) & (length + by < _DAY_MINUTES)
        return replace(self, start=np.where(room, (self.start - by) % _DAY_MINUTES, self.start))

    def minutes(self, at_s: Ints) -> Ints:
        """Return int64[n], the local minute of the day at epoch second `at_s[n]`."""
        minute, _ = self.zones.local_minutes(self.codes, at_s * 1_000)
        return np.asarray(minute, dtype=np.int64)

    def quiet_at(self, at_s: Ints) -> Bools:
        """Return bool[n]: whether each user has quiet hours at epoch second `at_s[n]`."""
        return is_quiet(self.minutes(at_s), self.start, self.end)

    def next_allowed(self, from_s: Ints, last_s: Ints) -> Ints:
        """Return int64[n], the first second in [from_s, last_s] outside quiet hours, else −1."""
        return self._search(from_s, from_s, last_s, forward=True)

    def nearest_allowed(self, target_s: Ints, first_s: Ints, last_s: Ints) -> Ints:
        """Return int64[n], the second of [first_s, last_s] nearest to the target, else −1.

        The later one wins a tie.
        """
        target = np.clip(target_s, first_s, last_s)
        later = self._search(target, target, last_s, forward=True)
        earlier = self._search(target, first_s, target, forward=False)
        use_earlier = (earlier != NEVER_S) & (
            (later == NEVER_S) | (target - earlier < later - target)
        )
        return np.where(first_s <= last_s, np.where(use_earlier, earlier, later), NEVER_S)

    def _search(self, from_s: Ints, first_s: Ints, last_s: Ints, *, forward: bool) -> Ints:
        at = from_s.copy()
        held = np.flatnonzero((first_s <= at) & (at <= last_s))
        held = held[self.take(held).quiet_at(at[held])]
        at[held] = self.take(held)._left(at[held], forward=forward)
        at[(at < first_s) | (at > last_s)] = NEVER_S
        return at

    def _left(self, at_s: Ints, *, forward: bool) -> Ints:
        """Return the nearest whole minute outside quiet hours, for users who are within at `at_s`.

        Reckoned with the offset of `at_s`; where that changes on the way, again from there.
        """
        out_s = self._edge(at_s, forward=forward)
        rows = np.flatnonzero(self._offset(out_s) != self._offset(at_s))
        if not len(rows):
            return out_s
        users = self.take(rows)
        change_s = (
            users._change(at_s[rows], out_s[rows])
            if forward
            else (users._change(out_s[rows], at_s[rows]))
        )
        beyond_s = change_s if forward else change_s - 60
        quiet = users.quiet_at(beyond_s)
        out_s[rows] = np.where(quiet, users._edge(beyond_s, forward=forward), beyond_s)
        return out_s

    def _edge(self, at_s: Ints, *, forward: bool) -> Ints:
        """Return where quiet hours end, or the minute before they began, by the offset of now."""
        minute, whole = self.minutes(at_s), at_s - at_s % 60
        if forward:
            return whole + (self.end - minute) % _DAY_MINUTES * 60
        return whole - (minute - self.start) % _DAY_MINUTES * 60 - 60

    def _offset(self, at_s: Ints) -> Ints:
        return self.zones.local_seconds(self.codes, at_s * 1_000) - at_s

    def _change(self, low_s: Ints, high_s: Ints) -> Ints:
        """Return the first second of the offset of `high_s`, which is not that of `low_s`."""
        old = self._offset(low_s)
        while int((high_s - low_s).max()) > 1:
            middle = (low_s + high_s) // 2
            same = self._offset(middle) == old
            low_s, high_s = np.where(same, middle, low_s), np.where(same, high_s, middle)
        return high_s
