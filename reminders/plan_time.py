"""How far a partition has come with its plans, as it stands in the changelog."""

from __future__ import annotations

import msgspec

from reminders.journal import TIME, Journal
from reminders.moments import Moments
from reminders.tick import Tick

__all__ = ["PlanTime"]

_KEY = b"\xff" + TIME


class _TimeRecord(msgspec.Struct, array_like=True):
    """How far time has come, and what was measured of it.

    `dealt_s`: rows due at this epoch second or before are done with. `population`: float64[2, 48]
    of `population_hour` (hours since 1970), empty before the first.
    """

    dealt_s: int = -1
    population_hour: int = -1
    population: bytes = b""


class PlanTime:
    """Up to when due rows are done with; written when any were, or the hour is another."""

    def __init__(self, moments: Moments, journal: Journal) -> None:
        self._moments = moments
        self._journal = journal
        self._record = _TimeRecord()

    @property
    def dealt_s(self) -> int:
        """Rows due at this epoch second or before are done with; −1 before the first call."""
        return self._record.dealt_s

    def note(self, tick: Tick, *, dealt: bool) -> None:
        """Note that all is done up to now; `dealt`: whether anything was due."""
        hour, population = self._moments.measured()
        if not dealt and hour == self._record.population_hour:
            self._record.dealt_s = tick.now_s
            return
        self._record = _TimeRecord(tick.now_s, hour, population)
        self._journal.put(_KEY, msgspec.msgpack.encode(self._record))

    def restore(self, records: dict[bytes, bytes]) -> None:
        """Take the record out of those of the changelog, if it is there."""
        time = records.pop(_KEY, None)
        if time is not None:
            self._record = msgspec.msgpack.decode(time, type=_TimeRecord)
            self._journal.restored(_KEY)
            self._moments.restore(self._record.population_hour, self._record.population)
