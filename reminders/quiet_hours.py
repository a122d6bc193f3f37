"""Quiet hours in the user's own zone, exact across changes of daylight saving time."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from features.zones import Zones
from online_models.arrays import Bools, Ints

__all__ = ["NEVER_S", "LocalQuiet", "is_quiet"]

NEVER_S = -1
_DAY_MINUTES = 1_440
_TRIES = 4


def is_quiet(minute: Ints, start: Ints, end: Ints) -> Bools:
    """Return where local `minute` of the day is in [start, end), which may cross midnight.

    Equal bounds mean no quiet hours. All are minutes 0…1439 and broadcast.

    >>> is_quiet(np.array([1319, 1320, 0, 480]), np.array(1320), np.array(480)).tolist()
    [False, True, True, False]
    """
    since_start = (minute - start) % _DAY_MINUTES
    return np.asarray(since_start < (end - start) % _DAY_MINUTES)


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
        step = self._leave if forward else self._enter
        for _ in range(_TRIES):
            held = (first_s <= at) & (at <= last_s)
            rows = np.flatnonzero(held)
            rows = rows[self.take(rows).quiet_at(at[rows])]
            if not len(rows):
                break
            at[rows] = self.take(rows)._moved(at[rows], step)
        found = (first_s <= at) & (at <= last_s)
        rows = np.flatnonzero(found)
        found[rows] &= ~self.take(rows).quiet_at(at[rows])
        at[~found] = NEVER_S
        self._search_changing_days(at, from_s, first_s, last_s, forward=forward)
        return at

    def _moved(self, at_s: Ints, step: str) -> Ints:
        minute, whole = self.minutes(at_s), at_s - at_s % 60
        if step == self._leave:
            return whole + (self.end - minute) % _DAY_MINUTES * 60
        return whole - (minute - self.start) % _DAY_MINUTES * 60 - 60

    _leave, _enter = "leave", "enter"

    def _search_changing_days(
        self, at: Ints, from_s: Ints, first_s: Ints, last_s: Ints, *, forward: bool
    ) -> None:
        """Look minute by minute where the zone's offset changes and nothing was found."""
        lost = (at == NEVER_S) & (first_s <= last_s)
        rows = np.flatnonzero(lost)
        if not len(rows):
            return
        users = self.take(rows)
        passed = last_s[rows] // 60 - first_s[rows] // 60
        local = users.minutes(last_s[rows]) - users.minutes(first_s[rows])
        rows = rows[(passed - local) % _DAY_MINUTES != 0]
        if not len(rows):
            return
        users, begin = self.take(rows), from_s[rows]
        reach = int(((last_s if forward else -first_s) - (from_s if forward else -from_s)).max())
        for minutes in range(reach // 60 + 2):
            tried = begin - begin % 60 + (minutes if forward else -minutes) * 60
            tried = np.maximum(tried, begin) if forward else np.minimum(tried + 59, begin)
            fits = (tried >= first_s[rows]) & (tried <= last_s[rows]) & (at[rows] == NEVER_S)
            fits[fits] &= ~users.take(fits).quiet_at(tried[fits])
            at[rows[fits]] = tried[fits]
