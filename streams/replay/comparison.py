"""Attendance of the reminded, beside as many others chosen in simpler ways at the same time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from config.decision import Guardrails
from features.contracts import Interval, Reminder
from features.hashing import combine, hash64, uniform
from online_models.arrays import Bools, Floats, Ints
from reminders.kpi_rates import proportion
from streams.replay.eligibility import Eligibility
from streams.replay.movielens import MovieLens
from streams.replay.past import Past
from streams.replay.records import person_id, stream_id
from streams.replay.schedule import Start
from streams.replay.timeline import PLAN_LEAD_S, SEND_LEAD_S

__all__ = ["RIVALS", "Comparison", "Group", "best", "compare"]

RIVALS = ("random", "most active", "similar raters")
_TIE = hash64("replay/tie")


@dataclass
class Group:
    """People chosen one way, a choice for each stream: how many, and how many attended."""

    chosen: int = 0
    attended: int = 0

    @property
    def rate(self) -> float:
        """Share of the chosen who attended, 0 when nobody was chosen."""
        return self.interval.value

    @property
    def interval(self) -> Interval:
        """The rate with its 95 % interval; [0, 1] when nobody was chosen."""
        return proportion(self.attended, self.chosen)

    def count(self, came: Bools) -> None:
        """Add people: bool[n], whether each attended."""
        self.chosen += len(came)
        self.attended += int(came.sum())


@dataclass(frozen=True)
class Comparison:
    """What came of all choices.

    Attributes
    ----------
    reminded, rivals
        The people who were reminded, and the `RIVALS` by name.
    eligible
        All who were eligible for the streams that somebody was reminded of.
    outside
        The reminded who in an outsider's eyes were not eligible; nobody is right.
    """

    reminded: Group
    rivals: dict[str, Group]
    eligible: Group
    outside: Group


def compare(
    data: MovieLens,
    starts: Iterable[Start],
    reminders: Sequence[Reminder],
    caps: Guardrails,
    seed: int,
) -> Comparison:
    """Let each rival choose, for each stream, as many as were reminded, from the same people.

    Those are the eligible of the moment when the window opened, as the system plans, less whoever
    rated the film by the time it closed, as the system drops. The rivals know all until then,
    ties are broken by a seeded hash.
    Attended: rated the film in the 24 h from its stream's start.
    """
    past = Past(data)
    eligibility = Eligibility(past, reminders, caps)
    rows_of = _rows_by_stream(past, reminders)
    result = Comparison(Group(), {name: Group() for name in RIVALS}, Group(), Group())
    for hour_s, group in groupby(sorted(starts), key=lambda start: start.start_s):
        rows = {start: rows_of[key] for start in group if (key := _key(start)) in rows_of}
        past.advance(hour_s - PLAN_LEAD_S)
        eligible = {start: eligibility.of(start) for start in rows}
        past.advance(hour_s - SEND_LEAD_S)
        for start, reminded in rows.items():
            came, could = _attended(data, past, start), eligible[start]
            result.outside.count(came[reminded[~could[reminded]]])
            result.reminded.count(came[reminded])
            could &= ~past.rated[:, start.film]
            result.eligible.count(came[could])
            for name, scores in _scores(past, start, seed).items():
                result.rivals[name].count(came[best(*scores, could, len(reminded))])
    return result


def best(preferred: Floats, drawn: Floats, eligible: Bools, most: int) -> Ints:
    """Return int64[≤ most]: the eligible with the highest values, equal ones by what was drawn."""
    order = np.lexsort((drawn, -preferred))
    return np.asarray(order[eligible[order]][:most])


def _key(start: Start) -> tuple[str, int]:
    return stream_id(start.film), start.start_s * 1_000


def _rows_by_stream(past: Past, reminders: Sequence[Reminder]) -> dict[tuple[str, int], Ints]:
    row_of = {person_id(number): row for row, number in enumerate(past.people.tolist())}
    rows: dict[tuple[str, int], list[int]] = defaultdict(list)
    for reminder in reminders:
        rows[reminder.stream_id, reminder.start_ts].append(row_of[reminder.user_id])
    return {key: np.array(value, np.int64) for key, value in rows.items()}


def _attended(data: MovieLens, past: Past, start: Start) -> Bools:
    first, last = data.at_s.searchsorted([start.start_s, start.close_s])
    raters = data.person[first:last][data.film[first:last] == start.film]
    return np.isin(past.people, raters)


def _scores(past: Past, start: Start, seed: int) -> dict[str, tuple[Floats, Floats]]:
    """By rival, what it prefers people by, and what breaks ties."""
    drawn = uniform(seed, _TIE, past.people, combine(start.film, start.start_s))
    at_s = start.start_s - SEND_LEAD_S
    preferred = (drawn, past.activity(at_s), past.similarity(start.film))
    return {name: (scores, drawn) for name, scores in zip(RIVALS, preferred, strict=True)}
