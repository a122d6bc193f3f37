"""MovieLens-100K in memory: ratings in the order of time, films, people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np

from features.errors import LivecueError
from online_models.arrays import Ints

__all__ = ["DataError", "Film", "MovieLens", "Person", "read_movielens"]

_Row = TypeVar("_Row")


class DataError(LivecueError):
    """The data set cannot be had, or is not what it should be."""


class Film(NamedTuple):
    """A film: its number, title, year of release ("" when unknown) and genres."""

    number: int
    title: str
    year: str
    genres: tuple[str, ...]


class Person(NamedTuple):
    """Somebody who rated: number, age in years, gender as coded there (`M`, `F`)."""

    number: int
    age: int
    gender: str


@dataclass(frozen=True)
class MovieLens:
    """Ratings as columns of equal length, ascending by (second, person, film).

    Attributes
    ----------
    at_s, person, film, stars
        int64[n]: epoch second of the rating, who, which film, 1 to 5 stars.
    films, people
        By number.
    """

    at_s: Ints
    person: Ints
    film: Ints
    stars: Ints
    films: dict[int, Film]
    people: dict[int, Person]

    def __len__(self) -> int:
        return len(self.at_s)


def read_movielens(folder: Path) -> MovieLens:
    """Read `ml-100k.inter`, `.item` and `.user` as RecBole lays them out.

    Tab-separated lines under a header of `name:type`; the order of the lines does not matter.

    Raises
    ------
    DataError
        A file is missing, or a line is not as expected; the text names both.
    """
    ratings = np.array(list(_rows(folder / "ml-100k.inter", _rating)), np.int64).reshape(-1, 4)
    films = {film.number: film for film in _rows(folder / "ml-100k.item", _film)}
    people = {person.number: person for person in _rows(folder / "ml-100k.user", _person)}
    at_s, person, film, stars = ratings[np.lexsort(ratings.T[[2, 1, 0]])].T
    unknown = set(film.tolist()) - films.keys(), set(person.tolist()) - people.keys()
    if any(unknown) or not len(ratings):
        raise DataError(f"{folder}: ratings without film or person: {unknown}, or none at all")
    return MovieLens(at_s, person, film, stars, films, people)


def _rating(fields: list[str]) -> tuple[int, int, int, int]:
    person, film, stars, at_s = fields
    return int(float(at_s)), int(person), int(film), int(float(stars))


def _film(fields: list[str]) -> Film:
    number, title, year, genres = fields
    return Film(int(number), title, year, tuple(genres.split()))


def _person(fields: list[str]) -> Person:
    number, age, gender, _, _ = fields
    return Person(int(number), int(age), gender)


def _rows(path: Path, parse: Callable[[list[str]], _Row]) -> Iterator[_Row]:
    try:
        lines = path.read_text("utf-8").splitlines()[1:]
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: cannot be read: {error}") from error
    for at, line in enumerate(lines, 2):
        try:
            yield parse(line.split("\t"))
        except ValueError as error:
            raise DataError(f"{path}, line {at}: {error}: {line[:80]!r}") from error
