"""Whom to remind now: who rates a popular film within a day, judged at their 15th rating.

MovieLens-100K, week by week. The films of a week are the 200 that were rated most in the seven
days before it. Each person whose 15th rating falls into the week is judged at that moment, for
each of the films they have not rated. For each film the week's people compete for as many
reminders as a fifth of their number. What came of it is learned a day later, before whoever is
judged after that.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from benchmarks.quality.figure import Bounds, Figure, figure
from benchmarks.quality.people.film_traits import FilmTraits
from benchmarks.quality.people.logistic import OnlineLogistic
from benchmarks.quality.people.ranking import area_under_curve
from benchmarks.quality.people.recent_films import RecentFilms
from online_models.arrays import Bools, Floats, Ints
from online_models.co_engagement import CoEngagement
from streams.replay.movielens import MovieLens

__all__ = ["Case", "judge_all", "tell_remind_now"]

JUDGED_AT = 15
_FILMS = 200
_REMEMBERED = 50
_DAY_S, _WEEK_S = 86_400, 7 * 86_400
_FIFTH = 5
_LATELY = 5
"""Pauses that tell how fast somebody goes on at the end."""
_FEATURES, _BASE_RATE = 18, 0.15


@dataclass
class Case:
    """One person at the moment of their 15th rating.

    Attributes
    ----------
    week, person, at_s
        When and who.
    films, came
        int64[f], bool[f]: films not rated yet, and which of them they rate within a day.
    seconds
        How long their 15 ratings took.
    features
        float64[f, k].
    score
        float64[f]: the chance that they come, as predicted then.
    """

    week: int
    person: int
    at_s: int
    films: Ints
    came: Bools
    seconds: float
    features: Floats
    score: Floats = field(default_factory=lambda: np.zeros(0))


def tell_remind_now(data: MovieLens, seed: int, ratings: int | None = None) -> Iterator[Figure]:
    """Yield the figures, over the first so many ratings, else all."""
    began = time.process_time()
    cases = judge_all(data, ratings)
    seconds = time.process_time() - began
    rng = np.random.default_rng(seed)
    came = np.concatenate([case.came for case in cases])
    ours = np.concatenate([case.score for case in cases])
    fastest = np.concatenate([np.full(len(case.films), -case.seconds) for case in cases])
    base = float(came.mean())
    precision = {
        "ours": _precision(cases, ours, rng),
        "fastest raters": _precision(cases, fastest, rng),
        "random": base,
        "oracle": _precision(cases, came.astype(np.float64), rng),
    }
    told = {name: round(value, 4) for name, value in precision.items()}
    details = {"people": len(cases), "pairs": len(came), "seed": seed, "precision": told}
    for rival, bound in (("random", 1.60), ("fastest raters", 1.40)):
        yield figure(
            f"remind_now_over_{rival.replace(' ', '_')}",
            precision["ours"] / max(precision[rival], 1e-9),
            "times the precision",
            Bounds(bound),
            **details,
        )
    auc = {"fastest raters": round(area_under_curve(fastest, came), 4), "random": 0.5}
    yield figure(
        "remind_now_auc",
        area_under_curve(ours, came),
        "AUC",
        Bounds(0.647),
        baselines=auc,
        seconds=round(seconds, 1),
        **details,
    )


def judge_all(data: MovieLens, ratings: int | None = None) -> list[Case]:
    """Go through the ratings once; return everybody who was judged, in the order of time."""
    scene, begin_s = _Scene(data), int(data.at_s[0])
    for number in range(len(data) if ratings is None else min(ratings, len(data))):
        at_s, person = int(data.at_s[number]), int(data.person[number])
        scene.learn_outcomes(at_s)
        week = (at_s - begin_s) // _WEEK_S
        if scene.take_rating(number) == JUDGED_AT and week > 0:
            scene.judge(week, begin_s + week * _WEEK_S, person, at_s)
    return scene.cases


class _Scene:
    """What is known at a moment, and what was predicted so far."""

    def __init__(self, data: MovieLens) -> None:
        self._data = data
        self._model = CoEngagement(max_items=max(data.films) + 1, neighbours=1_024)
        self._logistic = OnlineLogistic(_FEATURES, _BASE_RATE, variance=0.05)
        self._traits = FilmTraits(data)
        self._usual = np.zeros((2, max(data.films) + 1))
        self._films: dict[int, tuple[Ints, Floats]] = {}
        self._learned = 0
        self._recent = RecentFilms(_REMEMBERED)
        self.rated: dict[int, set[int]] = {}
        self.cases: list[Case] = []

    def take_rating(self, number: int) -> int:
        """Learn a rating; return how many the person has given so far."""
        at_s, person = int(self._data.at_s[number]), int(self._data.person[number])
        film = int(self._data.film[number])
        self._model.learn_one(film, 1.0, at_s * 1_000, *self._recent.of(person))
        self._recent.add(person, film, 1.0, at_s)
        self._traits.note_rating(person, film)
        rated = self.rated.setdefault(person, set())
        rated.add(film)
        return len(rated)

    def judge(self, week: int, begin_s: int, person: int, at_s: int) -> None:
        """Predict for each film of the week that the person has not rated."""
        popular, counts = self._films_of(week, begin_s)
        rated = list(self.rated[person])
        unrated = ~np.isin(popular, rated)
        films, when_s = popular[unrated], np.sort(self._recent.of(person).when_s)
        alike = self._alike(person, at_s, films)
        seconds = float(when_s[-1] - when_s[0])
        pauses = np.diff(when_s)
        of_person = np.array(
            (
                np.log1p(seconds) / 5.0 - 1.0,
                float((~unrated).sum()) / 10.0,
                np.log1p(np.median(pauses)) / 3.0,
                np.log1p((pauses == 0).sum()),
                np.log1p(counts[rated]).mean() - 2.0,
                np.log1p(pauses[-_LATELY:].mean()) / 3.0,
            )
        )
        columns = (
            alike,
            alike - self._usual_of(films, alike),
            np.log(np.argsort(np.argsort(-alike)) + 5.0) - 4.0,
            np.log1p(counts[films]) - 3.0,
            self._traits.category_affinity(films, rated),
            self._traits.among_alike(films, person),
            alike - alike.mean(),
            *np.repeat(of_person[:, None], len(films), axis=1),
            *np.repeat(of_person[1:, None] ** 2, len(films), axis=1),
        )
        features = np.column_stack(columns)
        came = self._outcomes(person, films, at_s)
        score = self._logistic.predict(features)
        self.cases.append(Case(week, person, at_s, films, came, seconds, features, score))

    def _alike(self, person: int, at_s: int, films: Ints) -> Floats:
        """Return the log of the films' scores by co-engagement."""
        scores = np.zeros(len(self._usual[0]))
        found = self._model.scores(*self._recent.of(person), at_s * 1_000)
        scores[self._model.keys.astype(np.int64)] = found
        return np.asarray(np.log(scores[films] + 1e-3))

    def _usual_of(self, films: Ints, alike: Floats) -> Floats:
        """Return what the films' scores were on average for those who were judged before."""
        total, judged = self._usual[:, films]
        usual = np.divide(total, judged, out=alike.copy(), where=judged > 0)
        self._usual[:, films] += alike, np.ones(len(films))
        return np.asarray(usual)

    def learn_outcomes(self, now_s: int) -> None:
        """Learn what came of everybody who was judged a day ago or more."""
        while self._learned < len(self.cases):
            case = self.cases[self._learned]
            if case.at_s + _DAY_S > now_s:
                return
            self._logistic.learn(case.features, case.came)
            self._learned += 1

    def _films_of(self, week: int, begin_s: int) -> tuple[Ints, Floats]:
        """Return the films most rated in the seven days before a week, and of all how often."""
        if week not in self._films:
            first, last = self._data.at_s.searchsorted([begin_s - _WEEK_S, begin_s])
            count = np.bincount(self._data.film[first:last], minlength=len(self._usual[0]))
            films = np.lexsort((np.arange(len(count)), -count))[:_FILMS]
            films = films[count[films] > 0]
            self._films[week] = films, count.astype(np.float64)
        return self._films[week]

    def _outcomes(self, person: int, films: Ints, at_s: int) -> Bools:
        """Return which of the films the person rates within a day; never read before it is over."""
        first, last = self._data.at_s.searchsorted([at_s, at_s + _DAY_S + 1])
        own = self._data.film[first:last][self._data.person[first:last] == person]
        return np.isin(films, own)


def _precision(cases: list[Case], score: Floats, rng: np.random.Generator) -> float:
    """Return the share that came of those reminded: of each film's people a fifth of the week's."""
    week = np.concatenate([np.full(len(case.films), case.week) for case in cases])
    film = np.concatenate([case.films for case in cases])
    came = np.concatenate([case.came for case in cases])
    people = np.bincount([case.week for case in cases])
    order = np.lexsort((rng.random(len(score)), -score, film, week))
    begins = np.flatnonzero(np.diff(week[order] * 10_000 + film[order], prepend=-1))
    place = np.arange(len(order)) - np.repeat(begins, np.diff(begins, append=len(order)))
    chosen = order[place < np.round(people[week[order]] / _FIFTH)]
    return float(came[chosen].mean())
