"""A log of real live streams in memory: rooms, who came when, and what they did there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np

from online_models.arrays import Bools, Ints
from streams.replay.movielens import DataError

__all__ = ["ACTS", "LiveLog", "Rooms", "User", "csv_rows", "live_log", "opened"]

_Row = TypeVar("_Row")
ACTS = ("enter", "comment", "like", "gift")
"""What people do in a room, by the number it has in `LiveLog.act`."""


@dataclass(frozen=True)
class Rooms:
    """Live streams as columns of equal length, int64[R].

    Attributes
    ----------
    number, host
        Which room, and whose; `number` ascends.
    start_s, end_s
        Epoch seconds.
    category
        Place in `categories`; -1 where there is none.
    names, tags
        What a host is called, and what kind of streams it has, by its number where it is known.
    """

    number: Ints
    host: Ints
    start_s: Ints
    end_s: Ints
    category: Ints
    categories: tuple[str, ...]
    names: dict[int, str]
    tags: dict[int, str]

    @classmethod
    def of(
        cls,
        rows: Ints,
        categories: Sequence[str] = (),
        names: Mapping[int, str] | None = None,
        tags: Mapping[int, str] | None = None,
    ) -> Rooms:
        """Make columns of int64[n, 5] rows in any order; of equal numbers the first counts."""
        number, first = np.unique(rows[:, 0], return_index=True)
        host, start_s, end_s, category = rows[first, 1:].T
        said = dict(names or {}), dict(tags or {})
        return cls(number, host, start_s, end_s, category, tuple(categories), *said)


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who watched, and what is known of them."""

    number: int
    gender: str | None = None
    age_band: str | None = None


@dataclass(frozen=True)
class LiveLog:
    """Acts as int64[n] columns, ascending by time; people and rooms by place.

    Attributes
    ----------
    users
        All who did something.
    at_ms, user, room, act
        Epoch millisecond, who, where, and the place in `ACTS`.
    amount
        Milliseconds watched for `enter`, the price for `gift`, else 0.
    """

    rooms: Rooms
    users: list[User]
    at_ms: Ints
    user: Ints
    room: Ints
    act: Ints
    amount: Ints

    def __len__(self) -> int:
        return len(self.at_ms)


def live_log(rooms: Rooms, known: Sequence[User], acts: Ints) -> LiveLog:
    """Make a log of acts in any order.

    Parameters
    ----------
    known : by ascending number.
    acts : int64[n, 5], (millisecond, number of the user, number of the room, act, amount); those
        in rooms or of people who are not known are left out.

    Raises
    ------
    DataError
        Nobody did anything.
    """
    numbers = np.array([user.number for user in known], np.int64)
    user, user_known = _places(numbers, acts[:, 1])
    room, room_known = _places(rooms.number, acts[:, 2])
    kept = user_known & room_known
    if not kept.any():
        raise DataError("the log holds no visit of a known user to a known room")
    seen, user = np.unique(user[kept], return_inverse=True)
    at_ms, act, amount = acts[kept][:, [0, 3, 4]].T
    room = room[kept]
    order = np.lexsort((act, room, user, at_ms))
    users = [known[place] for place in seen.tolist()]
    at_ms, user, room = at_ms[order], user[order], room[order]
    return LiveLog(rooms, users, at_ms, user, room, act[order], amount[order])


def csv_rows(
    path: Path, columns: Sequence[str], parse: Callable[[list[str]], _Row]
) -> Iterator[_Row]:
    """Yield what `parse` makes of some columns of a CSV file with a header, line by line.

    No field is quoted, and the order of the columns does not matter.

    Raises
    ------
    DataError
        The file cannot be read, a column is missing, or a line is not as expected; the text names
        file and line.
    """
    lines = opened(path)
    header = next(lines, "").strip().lstrip("\ufeff").split(",")
    missing = [column for column in columns if column not in header]
    if missing:
        raise DataError(f"{path.name}: no column {', '.join(missing)}, but {', '.join(header)}")
    places = [header.index(column) for column in columns]
    for number, line in enumerate(lines, 2):
        fields = line.rstrip("\r\n").split(",")
        try:
            yield parse([fields[place] for place in places])
        except (ValueError, IndexError) as error:
            raise DataError(f"{path.name}, line {number}: {error}: {line[:80]!r}") from error


def opened(path: Path) -> Iterator[str]:
    """Yield the lines of a text file.

    Raises
    ------
    DataError
        It cannot be read.
    """
    try:
        with path.open(encoding="utf-8") as file:
            yield from file
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: cannot be read: {error}") from error


def _places(numbers: Ints, wanted: Ints) -> tuple[Ints, Bools]:
    """Where each wanted number is in ascending ones, and whether it is there."""
    if not len(numbers):
        return np.zeros(len(wanted), np.int64), np.zeros(len(wanted), np.bool_)
    places = np.minimum(np.searchsorted(numbers, wanted), len(numbers) - 1)
    return places, numbers[places] == wanted
