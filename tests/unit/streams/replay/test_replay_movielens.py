from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from streams.replay.movielens import DataError, Film, MovieLens, Person, read_movielens

Write = Callable[[Iterable[tuple[int, int, int, int]]], Path]
Make = Callable[[Iterable[tuple[int, int, int, int]]], MovieLens]


def test_ratings_come_in_the_order_of_time(make: Make) -> None:
    """Whatever the order of the lines; people and films break ties."""
    data = make([(30, 2, 7, 4), (20, 3, 5, 1), (20, 1, 9, 5), (20, 1, 8, 3)])
    assert data.at_s.tolist() == [20, 20, 20, 30]
    assert data.person.tolist() == [1, 1, 3, 2]
    assert data.film.tolist() == [8, 9, 5, 7]
    assert data.stars.tolist() == [3, 5, 1, 4]


def test_films_and_people_have_their_attributes(make: Make) -> None:
    """Title, year and genres of a film, which may have none; age and gender of a person."""
    data = make([(20, 1, 9, 5)])
    assert data.films[4] == Film(4, "Film 4", "1964", ("Action", "Thriller"))
    assert data.films[3].genres == ()
    assert data.people[7] == Person(7, 17, "M")


def test_a_bad_line_is_named(write: Write) -> None:
    """The error says which file, which line and what it holds."""
    folder = write([(20, 1, 9, 5)])
    with (folder / "ml-100k.inter").open("a") as file:
        file.write("1\tnine\t5\t30\n")
    with pytest.raises(DataError, match=r"ml-100k\.inter, line 3: .*'1\\tnine"):
        read_movielens(folder)


def test_a_missing_file_is_named(write: Write) -> None:
    """A folder without one of the files is refused."""
    folder = write([(20, 1, 9, 5)])
    (folder / "ml-100k.item").unlink()
    with pytest.raises(DataError, match=r"ml-100k\.item: cannot be read"):
        read_movielens(folder)


def test_a_rating_of_an_unknown_film_is_refused(write: Write) -> None:
    """Every rating must be of a film and by a person that the other files know."""
    with pytest.raises(DataError, match="without film or person"):
        read_movielens(write([(20, 1, 99, 5)]))


def test_an_empty_file_is_refused(write: Write) -> None:
    """There is nothing to replay without a rating."""
    with pytest.raises(DataError, match="none at all"):
        read_movielens(write([]))
