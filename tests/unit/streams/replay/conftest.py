"""A tiny data set of our own, in the layout of MovieLens-100K as RecBole writes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pytest

from streams.replay.movielens import MovieLens, read_movielens

Rating = tuple[int, int, int, int]
"""Second, person, film, stars."""
Write = Callable[[Iterable[Rating]], Path]
Make = Callable[[Iterable[Rating]], MovieLens]

FILMS, PEOPLE = 30, 40
_GENRES = ("Action Thriller", "Comedy", "Drama War", "")


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write the three files into a folder: these ratings, and all films and people."""

    def files(ratings: Iterable[Rating]) -> Path:
        lines = ["user_id:token\titem_id:token\trating:float\ttimestamp:float"]
        lines += [f"{person}\t{film}\t{stars}\t{at_s}" for at_s, person, film, stars in ratings]
        (tmp_path / "ml-100k.inter").write_text("\n".join(lines) + "\n")
        lines = ["item_id:token\tmovie_title:token_seq\trelease_year:token\tclass:token_seq"]
        lines += [f"{n}\tFilm {n}\t19{n + 60}\t{_GENRES[n % 4]}" for n in range(1, FILMS + 1)]
        (tmp_path / "ml-100k.item").write_text("\n".join(lines) + "\n")
        lines = ["user_id:token\tage:token\tgender:token\toccupation:token\tzip_code:token"]
        lines += [f"{n}\t{n + 10}\t{'FM'[n % 2]}\tother\t55455" for n in range(1, PEOPLE + 1)]
        (tmp_path / "ml-100k.user").write_text("\n".join(lines) + "\n")
        return tmp_path

    return files


@pytest.fixture
def make(write: Write) -> Make:
    """Read what `write` wrote."""
    return lambda ratings: read_movielens(write(ratings))


@pytest.fixture
def ratings() -> list[Rating]:
    """Four days in bursts: each person once or twice rates a handful of films, none twice."""
    rng = np.random.default_rng(5)
    rows: list[Rating] = []
    for person in range(1, PEOPLE + 1):
        films = rng.permutation(FILMS)[:12] + 1
        begins = 880_000_000 + rng.integers(0, 4 * 86_400, size=2)
        for place, film in enumerate(films.tolist()):
            at_s = int(begins[place % 2]) + place * 40
            rows.append((at_s, person, film, int(rng.integers(1, 6))))
    return rows
