"""Top-10 on MovieLens-100K: is the film that a person likes next among the ten best for them?

Prequential: each rating of 4 or more is predicted among all films of the catalogue that the person
has not rated, then learned, as are all other ratings. People there rate whole pages within one
second, so the order within a second says little; the second way ranks all films of a person's same
second before any of them is learned.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from benchmarks.quality.figure import Bounds, Figure, figure
from benchmarks.quality.people.catalogue import (
    LIKED,
    CoEngaged,
    PlainNeighbours,
    Popular,
    Recommender,
)
from online_models.arrays import Bools, Floats, Ints
from streams.replay.movielens import MovieLens

__all__ = ["Tally", "rank_through", "tell_top10"]

_MODELS: dict[str, Callable[[int], Recommender]] = {
    "popularity": Popular,
    "item_knn": PlainNeighbours,
    "co_engagement_last_8": lambda films: CoEngaged(films, remembered=8, neighbours=64),
    "co_engagement": CoEngaged,
}
_OURS = "co_engagement"
_TARGETS = {
    False: (Bounds(0.212), Bounds(0.112)),
    True: (Bounds(0.191), Bounds(0.099)),
}


@dataclass
class Tally:
    """Ranks so far: how many, how many within ten, their discounted gain, the seconds it took."""

    ranked: int = 0
    hits: int = 0
    gain: float = 0.0
    seconds: float = 0.0
    events: int = 0

    def note(self, rank: int) -> None:
        """Count a film that was ranked behind `rank` others."""
        self.ranked += 1
        if rank < 10:
            self.hits += 1
            self.gain += 1.0 / float(np.log2(rank + 2))

    @property
    def hit_rate(self) -> float:
        """HR@10."""
        return self.hits / max(self.ranked, 1)

    @property
    def ndcg(self) -> float:
        """NDCG@10, with one film to be found a time."""
        return self.gain / max(self.ranked, 1)


def tell_top10(data: MovieLens, ratings: int | None = None) -> Iterator[Figure]:
    """Yield the figures of every model both ways, over the first so many ratings, else all."""
    for same_second in (False, True):
        way = "top10_same_second" if same_second else "top10"
        told = {
            name: rank_through(data, make(max(data.films)), same_second, ratings)
            for name, make in _MODELS.items()
        }
        ours, targets = told[_OURS], _TARGETS[same_second]
        for what, target in zip(("hit_rate", "ndcg"), targets, strict=True):
            beside = {
                name: round(getattr(tally, what), 4)
                for name, tally in told.items()
                if name != _OURS
            }
            yield figure(
                f"{way}_{what}", getattr(ours, what), "@10", target, n=ours.ranked, baselines=beside
            )
        spent = {name: round(1e3 * t.seconds / t.events, 4) for name, t in told.items()}
        milliseconds = spent.pop(_OURS)
        yield figure(f"{way}_ms", milliseconds, "ms CPU / event", Bounds(high=1.0), baselines=spent)


def rank_through(
    data: MovieLens, model: Recommender, same_second: bool, ratings: int | None = None
) -> Tally:
    """Predict, then learn, rating by rating, or second by second of a person."""
    tally, seen = Tally(), np.zeros((max(data.people) + 1, max(data.films) + 1), np.bool_)
    seen[:, 0] = True
    numbers = range(len(data) if ratings is None else min(ratings, len(data)))
    groups: Iterator[list[int]] = ([number] for number in numbers)
    if same_second:
        moments = groupby(numbers, key=lambda n: (data.at_s[n], data.person[n]))
        groups = (list(group) for _, group in moments)
    began = time.process_time()
    for group in groups:
        _step(data, model, np.array(group), seen, tally)
    tally.seconds, tally.events = time.process_time() - began, len(numbers)
    return tally


def _step(data: MovieLens, model: Recommender, group: Ints, seen: Bools, tally: Tally) -> None:
    person, at_s = int(data.person[group[0]]), int(data.at_s[group[0]])
    liked = data.film[group[data.stars[group] >= LIKED]]
    if len(liked):
        scores = model.scores(person, at_s)
        for film in liked.tolist():
            tally.note(_rank(scores, film, seen[person]))
    for film, stars in zip(data.film[group].tolist(), data.stars[group].tolist(), strict=True):
        seen[person, film] = True
        model.learn(person, film, stars, at_s)


def _rank(scores: Floats, film: int, seen: Bools) -> int:
    """Return how many unseen films rank higher; of equal ones those with a lower number do."""
    ahead = scores > scores[film]
    ahead[:film] |= scores[:film] == scores[film]
    return int((ahead & ~seen).sum())
