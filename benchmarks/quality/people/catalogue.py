"""What ranks a whole catalogue for one person, and learns what they took."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from benchmarks.quality.people.recent_films import RecentFilms
from online_models.arrays import Floats
from online_models.co_engagement import CoEngagement

__all__ = ["CoEngaged", "PlainNeighbours", "Popular", "Recommender"]

LIKED = 4
"""Stars from which a film counts as liked."""
_LUKEWARM = 0.4
"""What a film that was watched and not liked counts for."""


class Recommender(Protocol):
    """Scores films 0 to `films` for a person by what was learned before."""

    def scores(self, person: int, now_s: int) -> Floats:
        """Return float64[films + 1], by film."""
        ...

    def learn(self, person: int, film: int, stars: int, at_s: int) -> None:
        """Take one rating in."""


class Popular:
    """The number of people who liked a film."""

    def __init__(self, films: int) -> None:
        self._liked = np.zeros(films + 1)

    def scores(self, person: int, now_s: int) -> Floats:
        """Return how many liked each film, whoever asks."""
        del person, now_s
        return self._liked

    def learn(self, person: int, film: int, stars: int, at_s: int) -> None:
        """Count who liked it."""
        del person, at_s
        self._liked[film] += stars >= LIKED


class PlainNeighbours:
    """Item-kNN as in the textbook: the sum of the cosines to all that the person liked.

    Sarwar et al. (2001), Item-based collaborative filtering recommendation algorithms, WWW.
    """

    def __init__(self, films: int) -> None:
        self._together = np.zeros((films + 1, films + 1), np.float32)
        self._liked = np.zeros(films + 1)
        self._of: dict[int, list[int]] = {}

    def scores(self, person: int, now_s: int) -> Floats:
        """Return the summed cosines."""
        del now_s
        liked = self._of.get(person, [])
        norm = np.sqrt(np.maximum(self._liked, 1.0))
        weights = (1.0 / norm[liked]).astype(np.float32)
        return np.asarray(weights @ self._together[liked] / norm)

    def learn(self, person: int, film: int, stars: int, at_s: int) -> None:
        """Count what was liked together; what was not liked counts for nothing."""
        del at_s
        if stars < LIKED:
            return
        liked = self._of.setdefault(person, [])
        self._together[film, liked] += 1.0
        self._together[liked, film] += 1.0
        self._liked[film] += 1.0
        liked.append(film)


class CoEngaged:
    """Livecue's `CoEngagement`, over the last films of each person, as many as `remembered`.

    `neighbours`: how many each film keeps.
    """

    def __init__(self, films: int, remembered: int = 50, neighbours: int = 1_024) -> None:
        self._model = CoEngagement(max_items=films + 1, neighbours=neighbours)
        self._films = films
        self._recent = RecentFilms(remembered)

    def scores(self, person: int, now_s: int) -> Floats:
        """Return the model's scores, 0 for films that nobody has rated yet."""
        past = self._recent.of(person)
        scores = np.zeros(self._films + 1)
        scores[self._model.keys.astype(np.int64)] = self._model.scores(*past, now_s * 1_000)
        return scores

    def learn(self, person: int, film: int, stars: int, at_s: int) -> None:
        """Learn an engagement: a liked film counts 1, another one less."""
        weight = 1.0 if stars >= LIKED else _LUKEWARM
        self._model.learn_one(film, weight, at_s * 1_000, *self._recent.of(person))
        self._recent.add(person, film, weight, at_s)
