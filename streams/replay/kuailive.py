"""KuaiLive: three weeks of clicks, comments, likes and gifts on Kuaishou, read from its CSV files.

Qu et al. (2025), *KuaiLive: A Real-time Interactive Dataset for Live Streaming Recommendation*,
arXiv 2508.05633; the files of Zenodo record 16565801. Its licence is CC BY-NC-SA 4.0, so it is
read from where its holder has it.
"""

from __future__ import annotations

from array import array
from pathlib import Path

import numpy as np

from online_models.arrays import Ints
from streams.replay.live_log import ACTS, LiveLog, Rooms, User, csv_rows, live_log

__all__ = ["KUAILIVE_FILES", "read_kuailive"]

_ACTS_FILES = {
    "enter": ("click.csv", "watch_live_time"),
    "comment": ("comment.csv", None),
    "like": ("like.csv", None),
    "gift": ("gift.csv", "gift_price"),
}
KUAILIVE_FILES = ("streamer.csv", "room.csv", "user.csv", *(f for f, _ in _ACTS_FILES.values()))
"""What is read; `negative.csv` and the embeddings of titles are not."""

_ROOM = ("live_id", "streamer_id", "start_timestamp", "end_timestamp", "live_content_category")
_GENDERS = {"M": "male", "F": "female"}
_UNKNOWN = {"", "nan", "unknown"}
_ENDLESS_MS = 6 * 3_600_000


def read_kuailive(folder: Path) -> LiveLog:
    """Read the `KUAILIVE_FILES` of a folder.

    A click is a visit of `watch_live_time` milliseconds. Rooms that nobody of the sample entered
    are kept, since that nobody would was not known before; a room without an end gets 6 h. Acts in
    rooms that are not in `room.csv`, or of people who are not in `user.csv`, are left out.

    Raises
    ------
    DataError
        A file or column is missing, or a line is not as expected; the text names it.
    """
    users = sorted(csv_rows(folder / "user.csv", ("user_id", "age", "gender"), _user), key=_number)
    return live_log(_rooms(folder), users, _acts(folder))


def _number(user: User) -> int:
    return user.number


def _user(fields: list[str]) -> User:
    number, age, gender = fields
    return User(int(number), _GENDERS.get(gender), _text(age))


def _rooms(folder: Path) -> Rooms:
    tags = dict(csv_rows(folder / "streamer.csv", ("streamer_id", "live_operation_tag"), _tag))
    names: dict[str, int] = {}
    flat = array("q")

    def take(fields: list[str]) -> None:
        start_ms = int(fields[2])
        end_ms = start_ms + _ENDLESS_MS if _text(fields[3]) is None else int(float(fields[3]))
        category = _text(fields[4])
        place = -1 if category is None else names.setdefault(category, len(names))
        flat.extend(
            (int(fields[0]), int(fields[1]), start_ms // 1_000, max(end_ms, start_ms) // 1_000)
        )
        flat.append(place)

    for _ in csv_rows(folder / "room.csv", _ROOM, take):
        pass
    said = {host: tag for host, tag in tags.items() if tag}
    return Rooms.of(_table(flat), tuple(names), tags=said)


def _tag(fields: list[str]) -> tuple[int, str | None]:
    return int(fields[0]), _text(fields[1])


def _acts(folder: Path) -> Ints:
    flat = array("q")
    for act, (name, amount) in enumerate(_ACTS_FILES[act] for act in ACTS):
        columns = ["timestamp", "user_id", "live_id"] + ([amount] if amount else [])

        def take(fields: list[str], act: int = act) -> None:
            amount = int(float(fields[3])) if len(fields) > 3 else 0
            flat.extend((int(fields[0]), int(fields[1]), int(fields[2]), act, max(amount, 0)))

        for _ in csv_rows(folder / name, columns, take):
            pass
    return _table(flat)


def _table(flat: array[int]) -> Ints:
    return np.frombuffer(flat, np.int64).reshape(-1, 5)


def _text(field: str) -> str | None:
    return None if field.lower() in _UNKNOWN else field
