"""The set of titles and interests in `titles/`."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

__all__ = ["Interest", "Title", "read_interests", "read_titles"]

_FOLDER = Path(__file__).parent / "titles"


class Title(NamedTuple):
    """A title of a live stream; `topic` is "" where it says nothing."""

    kind: str
    language: str
    topic: str
    text: str


class Interest(NamedTuple):
    """What people are interested in, named in both languages."""

    topic: str
    zh: str
    en: str


def read_titles() -> list[Title]:
    """Return all titles, in the order of the file."""
    return [Title(*row) for row in _rows("titles.tsv")]


def read_interests() -> list[Interest]:
    """Return all interests."""
    return [Interest(*row) for row in _rows("interests.tsv")]


def _rows(name: str) -> list[list[str]]:
    lines = (_FOLDER / name).read_text("utf-8").splitlines()[1:]
    return [line.split("\t") for line in lines]
