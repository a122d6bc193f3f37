"""What is known of films beside who rated them with what: genres, and groups of people."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from online_models.arrays import Floats, Ints
from streams.replay.movielens import MovieLens

__all__ = ["FilmTraits"]

_AGES = (25, 35, 45)


class FilmTraits:
    """Category affinity, and popularity among people alike."""

    def __init__(self, data: MovieLens) -> None:
        size = max(data.films) + 1
        names = sorted({genre for film in data.films.values() for genre in film.genres})
        self._genres = np.zeros((size, len(names)))
        for number, film in data.films.items():
            self._genres[number, [names.index(genre) for genre in film.genres]] = 1.0
        norm = np.linalg.norm(self._genres, axis=1, keepdims=True)
        self._genres /= np.maximum(norm, 1.0)
        self._group = {
            number: 4 * (person.gender == "M") + sum(person.age >= age for age in _AGES)
            for number, person in data.people.items()
        }
        self._rated = np.zeros((8, size))

    def note_rating(self, person: int, film: int) -> None:
        """Count a rating for the person's group."""
        self._rated[self._group[person], film] += 1.0

    def category_affinity(self, films: Ints, rated: Iterable[int]) -> Floats:
        """Return the mean cosine of the films' genres to those rated, float64[n]."""
        return np.asarray(self._genres[films] @ self._genres[list(rated)].mean(axis=0))

    def among_alike(self, films: Ints, person: int) -> Floats:
        """Return the log of how much more often people of the person's group rate the films."""
        group, everybody = self._rated[self._group[person]], self._rated.sum(axis=0)
        expected = everybody[films] * (group.sum() / everybody.sum())
        return np.asarray(np.log((group[films] + 1.0) / (expected + 1.0)))
