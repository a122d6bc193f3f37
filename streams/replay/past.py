"""What was known of people and films at a moment, from the ratings before it alone."""

from __future__ import annotations

import numpy as np

from online_models.arrays import Bools, Floats, Ints
from streams.replay.movielens import MovieLens
from streams.replay.schedule import WEEK_S

__all__ = ["NEIGHBOURS", "Past"]

NEIGHBOURS = 50
"""How many of the most similar films speak for a film."""


class Past:
    """All ratings up to a moment that only moves forward; people by place in `people`.

    Attributes
    ----------
    people
        int64[P]: numbers of all who will ever rate, ascending.
    rated
        bool[P, F]: who has rated which film so far, by number of the film.
    first_s
        int64[P]: when each rated for the first time; far in the future before that.
    """

    def __init__(self, data: MovieLens) -> None:
        self.people: Ints = np.unique(data.person)
        films = int(max(data.films)) + 1
        self.rated: Bools = np.zeros((len(self.people), films), np.bool_)
        self.first_s = np.full(len(self.people), np.iinfo(np.int64).max)
        self._data = data
        self._row = np.searchsorted(self.people, data.person)
        self._together = np.zeros((films, films), np.int32)
        self._end = 0

    def advance(self, until_s: int) -> None:
        """Take in the ratings up to `until_s`, epoch s, included."""
        end = int(self._data.at_s.searchsorted(until_s, side="right"))
        for at in range(self._end, end):
            row, film = self._row[at], self._data.film[at]
            seen = np.flatnonzero(self.rated[row])
            self._together[film, seen] += 1
            self._together[seen, film] += 1
            self._together[film, film] += 1
            self.rated[row, film] = True
            self.first_s[row] = min(self.first_s[row], self._data.at_s[at])
        self._end = max(self._end, end)

    def activity(self, now_s: int) -> Floats:
        """Return float64[P]: how many ratings each gave in the week before `now_s`."""
        begin = int(self._data.at_s.searchsorted(now_s - WEEK_S))
        rows = self._row[begin : self._end]
        return np.bincount(rows, minlength=len(self.people)).astype(np.float64)

    def similarity(self, film: int) -> Floats:
        """Return float64[P]: how near what each has rated is to a film, by item-kNN.

        The sum of the cosines between the film and each of its `NEIGHBOURS` nearest films that
        the person has rated; the cosine is that of the sets of raters.

        References
        ----------
        Sarwar, Karypis, Konstan, Riedl (2001), Item-based collaborative filtering, WWW, sec. 3.
        """
        raters = self._together.diagonal()
        norm = np.sqrt(np.maximum(raters * float(raters[film]), 1.0))
        cosine = self._together[film] / norm
        cosine[film] = 0.0
        nearest = np.lexsort((np.arange(len(cosine)), -cosine))[:NEIGHBOURS]
        return np.asarray((self.rated[:, nearest] * cosine[nearest]).sum(axis=1))
