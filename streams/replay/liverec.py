"""LiveRec: 43 days of visits on Twitch in rounds of ten minutes, read from its CSV file.

Rappaz, McAuley, Aberer (2021), *Recommendation on Live-Streaming Platforms: Dynamic Availability
and Repeat Consumption*, RecSys. No licence is stated, so it is read from where its holder has it.
"""

from __future__ import annotations

import gzip
from array import array
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from streams.replay.live_log import LiveLog, Rooms, User, live_log, opened
from streams.replay.movielens import DataError

__all__ = ["LIVEREC_FILES", "ROUND_S", "ZERO_S", "read_liverec"]

LIVEREC_FILES = ("100k.csv", "full_a.csv.gz")
"""The benchmark's 100,000 people, else all; the first that is there is read."""
ROUND_S = 600
ZERO_S = 1_577_664_000
"""When round 0 is said to be, a Monday at 00:00 UTC; the data does not tell."""


def read_liverec(folder: Path) -> LiveLog:
    """Read `user_id,stream_id,streamer,start,stop`, without a header, start and stop in rounds.

    A line is one visit from `start` to `stop`. A stream is on from the first visit's start to the
    last one's stop. People, streams and streamers are numbered as they come.

    Raises
    ------
    DataError
        No file is there, or a line is not as expected; the text names it.
    """
    found = next((folder / name for name in LIVEREC_FILES if (folder / name).is_file()), None)
    if found is None:
        raise DataError(f"{folder}: neither {' nor '.join(LIVEREC_FILES)} is there")
    users: dict[str, int] = {}
    streams: dict[str, int] = {}
    hosts: dict[str, int] = {}
    flat = array("q")
    for user, stream, streamer, start, stop in _visits(found):
        who = users.setdefault(user, len(users))
        where = streams.setdefault(stream, len(streams))
        flat.extend((who, where, hosts.setdefault(streamer, len(hosts)), start, stop))
    who_at, where_at, host, begun, ended = np.frombuffer(flat, np.int64).reshape(-1, 5).T
    count = len(streams)
    first, last = np.full(count, np.iinfo(np.int64).max), np.zeros(count, np.int64)
    np.minimum.at(first, where_at, begun)
    np.maximum.at(last, where_at, ended)
    host_of = np.zeros(count, np.int64)
    host_of[where_at] = host
    start_s, end_s = ZERO_S + first * ROUND_S, ZERO_S + last * ROUND_S
    rows = np.stack([np.arange(count), host_of, start_s, end_s, np.full(count, -1)], axis=1)
    rooms = Rooms.of(rows, names={number: streamer for streamer, number in hosts.items()})
    at_ms = (ZERO_S + begun * ROUND_S) * 1_000
    watched_ms = (ended - begun) * ROUND_S * 1_000
    acts = np.stack([at_ms, who_at, where_at, np.zeros_like(at_ms), watched_ms], axis=1)
    return live_log(rooms, [User(number) for number in users.values()], acts)


def _visits(path: Path) -> Iterator[tuple[str, str, str, int, int]]:
    for number, line in enumerate(_lines(path), 1):
        try:
            user, stream, streamer, start, stop = line.rstrip("\r\n").split(",")
            begun, ended = int(start), int(stop)
        except ValueError as error:
            raise DataError(f"{path.name}, line {number}: {error}: {line[:80]!r}") from error
        if ended < begun:
            raise DataError(f"{path.name}, line {number}: stops before it starts: {line[:80]!r}")
        yield user, stream, streamer, begun, ended


def _lines(path: Path) -> Iterator[str]:
    if path.suffix != ".gz":
        yield from opened(path)
        return
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            yield from file
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: cannot be read: {error}") from error
