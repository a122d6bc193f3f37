"""The parts of the suite beside the world with known truth."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from benchmarks.quality import offpolicy, quotas, text
from benchmarks.quality.figure import Figure
from benchmarks.quality.open_bandit import OPEN_BANDIT
from benchmarks.quality.people import suite as people
from streams.embedded.jars import default_cache_dir
from streams.replay.wheel import wheel_folder

__all__ = ["PARTS", "Part"]

Say = Callable[[str], None]
Part = Callable[[str, Say], Iterator[Figure]]
"""From `quick` or `full`, and where to say what is waited for, to figures."""
_QUICK_RUNS = 60
_QUOTA_WORLDS = 20


def _off_policy(size: str, say: Say) -> Iterator[Figure]:
    folder = wheel_folder(OPEN_BANDIT, default_cache_dir(), say)
    runs = offpolicy.RUNS if size in {"full", "whole"} else _QUICK_RUNS
    yield from offpolicy.run(folder, runs)


def _text(_size: str, say: Say) -> Iterator[Figure]:
    yield from text.run(default_cache_dir(), say)


def _people(_size: str, say: Say) -> Iterator[Figure]:
    yield from people.run(say)


def _quotas(_size: str, _say: Say) -> Iterator[Figure]:
    yield from quotas.run(_QUOTA_WORLDS)


PARTS: Mapping[str, Part] = {
    "people": _people,
    "offpolicy": _off_policy,
    "text": _text,
    "quotas": _quotas,
}
