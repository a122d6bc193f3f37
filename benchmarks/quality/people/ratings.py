"""Ratings of MovieLens-100K, each predicted as a real number, then learned.

The baselines are those of River's own documentation, with its settings.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, Protocol

import numpy as np
from river import dummy, optim, reco, stats

from benchmarks.quality.figure import Bounds, Figure, figure
from benchmarks.quality.people.rating_stack import RatingStack
from streams.replay.movielens import MovieLens

__all__ = ["Errors", "predict_through", "tell_ratings"]

_OURS = "stack"
_AGES = (25, 35, 45)
_WARM_UP = 200
"""So many ratings are learned by a model of its own first, so that no compiling is timed."""


class Errors(NamedTuple):
    """Mean absolute and root mean squared error, and CPU microseconds an event."""

    mae: float
    rmse: float
    us: float


class _Ranker(Protocol):
    def predict_one(self, user: int, item: int, x: dict[str, Any]) -> float: ...

    def learn_one(self, user: int, item: int, y: float, x: dict[str, Any]) -> None: ...


class _RunningMean:
    """River's `dummy.StatisticRegressor` over the mean of all ratings."""

    def __init__(self) -> None:
        self._model: Any = dummy.StatisticRegressor(stats.Mean())

    def predict_one(self, user: int, item: int, x: dict[str, Any]) -> float:
        del user, item
        return float(self._model.predict_one(x))

    def learn_one(self, user: int, item: int, y: float, x: dict[str, Any]) -> None:
        del user, item
        self._model.learn_one(x, y)


def _baseline() -> Any:
    return reco.Baseline(optimizer=optim.SGD(0.025), l2=0.0)


def _factors() -> Any:
    return reco.BiasedMF(
        n_factors=10,
        bias_optimizer=optim.SGD(0.025),
        latent_optimizer=optim.SGD(0.05),
        latent_initializer=optim.initializers.Normal(mu=0.0, sigma=0.1, seed=73),
    )


def tell_ratings(data: MovieLens, seed: int, ratings: int | None = None) -> Iterator[Figure]:
    """Yield the figures of all models, over the first so many ratings, else all."""
    genres = len({genre for film in data.films.values() for genre in film.genres})
    makers: dict[str, Callable[[], _Ranker]] = {
        "running_mean": _RunningMean,
        "river_baseline": _baseline,
        "river_biased_mf": _factors,
        _OURS: lambda: RatingStack(traits=genres, low=1.0, high=5.0, seed=seed),
    }
    for make in makers.values():
        predict_through(data, make(), _WARM_UP)
    told = {name: predict_through(data, make(), ratings) for name, make in makers.items()}
    ours = told.pop(_OURS)
    targets = {"mae": Bounds(high=0.722), "rmse": Bounds(high=0.918), "us": Bounds(high=100.0)}
    units = {"mae": "stars", "rmse": "stars", "us": "us CPU / event"}
    for what, target in targets.items():
        yield figure(
            f"ratings_{what}",
            getattr(ours, what),
            units[what],
            target,
            n=len(data) if ratings is None else min(ratings, len(data)),
            baselines={name: round(getattr(each, what), 4) for name, each in told.items()},
            seed=seed,
        )


def predict_through(data: MovieLens, model: _Ranker, ratings: int | None = None) -> Errors:
    """Predict, then learn, rating by rating."""
    genres = sorted({genre for film in data.films.values() for genre in film.genres})
    place = {genre: number for number, genre in enumerate(genres)}
    traits = {n: [place[genre] for genre in film.genres] for n, film in data.films.items()}
    group = {
        n: (person.gender, sum(person.age >= age for age in _AGES))
        for n, person in data.people.items()
    }
    columns = (data.person, data.film, data.stars, data.at_s)
    rows = list(zip(*(column[:ratings].tolist() for column in columns), strict=True))
    predicted = []
    began = time.process_time()
    for person, film, stars, at_s in rows:
        x = {"traits": traits[film], "group": group[person], "at_s": at_s}
        predicted.append(model.predict_one(person, film, x))
        model.learn_one(person, film, float(stars), x)
    us = 1e6 * (time.process_time() - began) / len(rows)
    error = np.array(predicted) - data.stars[: len(rows)]
    return Errors(float(np.abs(error).mean()), float(np.sqrt((error**2).mean())), us)
