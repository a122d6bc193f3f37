"""What each person rated last."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Recent", "RecentFilms"]


class Recent(NamedTuple):
    """A person's last films, oldest first: numbers, how much each counts, and when, epoch s."""

    films: list[int]
    weights: list[float]
    when_s: list[int]


class RecentFilms:
    """Keeps the last `most` films of everybody."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._of: dict[int, Recent] = {}

    def of(self, person: int) -> Recent:
        """Return a person's films; not to be changed."""
        return self._of.get(person) or Recent([], [], [])

    def add(self, person: int, film: int, weight: float, at_s: int) -> None:
        """Note a film, and forget the oldest where there are too many."""
        recent = self._of.setdefault(person, Recent([], [], []))
        recent.films.append(film)
        recent.weights.append(weight)
        recent.when_s.append(at_s)
        for column in recent:
            del column[: -self._most]
