"""How far a partition has come, written no more often than it matters."""

from __future__ import annotations

import numpy as np

from reminders.journal import Journal
from reminders.moments import Moments
from reminders.plan_time import PlanTime
from reminders.settings import DecisionSettings
from reminders.tick import Tick

_HOUR_S = 3_600


def _tick(now_s: int) -> Tick:
    return Tick.of(-1, now_s * 1_000, simulated=True)


def _time(journal: Journal) -> tuple[PlanTime, Moments]:
    moments = Moments(DecisionSettings(), journal)
    return PlanTime(moments, journal), moments


def test_time_is_written_when_something_was_due() -> None:
    """And not at every call, of which there is one a second."""
    journal = Journal()
    time, _ = _time(journal)
    time.note(_tick(10), dealt=False)
    assert (time.dealt_s, journal.take()) == (10, [])
    time.note(_tick(11), dealt=True)
    assert (time.dealt_s, len(journal.take())) == (11, 1)


def test_a_new_measure_is_written_and_comes_back() -> None:
    """With it the time, into another partition's life, once; what is not ours stays."""
    journal = Journal()
    time, moments = _time(journal)
    moments.restore(7, np.arange(96.0).tobytes())
    time.note(_tick(7 * _HOUR_S), dealt=False)
    ((key, value),) = journal.take()
    assert value is not None
    records = {b"other": b"", key: value}
    again, known = _time(Journal())
    again.restore(records)
    assert (again.dealt_s, known.measured()) == (7 * _HOUR_S, moments.measured())
    assert records == {b"other": b""}
    again.restore(records)
    assert again.dealt_s == 7 * _HOUR_S
