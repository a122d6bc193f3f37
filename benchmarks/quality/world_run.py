"""All policies in all worlds, some at a time, and the figures that follow."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

from benchmarks.quality.comparison import Runs, comparison
from benchmarks.quality.figure import Figure
from benchmarks.quality.race import POLICIES, race
from benchmarks.quality.targets import missing, told
from streams.simulation.world.constants import SENSITIVE, WorldConstants, scaled
from streams.simulation.world.world import Scale

__all__ = ["SIZES", "Size", "changed_lines", "world_lines"]

COMPARED = ("followers", "affinity_hour", "livecue")
"""What is compared in changed worlds."""
_STRATEGIES = tuple(name for name in POLICIES if name.startswith("livecue_"))
"""The system's single strategies; each takes as long as the full system."""
_COSTLY = ("livecue", *_STRATEGIES, "boosted_uplift")


@dataclass(frozen=True, slots=True)
class Size:
    """How much is run: the worlds and seeds of the comparison, and the changed worlds.

    Attributes
    ----------
    changed_seeds : of each changed world.
    policies : what is run with every seed; `once` : with the first alone.
    """

    scale: Scale
    seeds: int
    changed: Scale
    changed_seeds: int = 1
    policies: tuple[str, ...] = tuple(name for name in POLICIES if name not in _STRATEGIES)
    once: tuple[str, ...] = ()


_SMALL = Scale(users=1_000, days=8)
SIZES = {
    "smoke": Size(
        Scale(users=300, days=3, before=1), 1, _SMALL, policies=("followers", "affinity_hour")
    ),
    "quick": Size(Scale(users=1_000, days=10), 1, _SMALL),
    "full": Size(Scale(users=1_000, days=28), 3, _SMALL, once=_STRATEGIES),
    "whole": Size(Scale(), 5, _SMALL, once=_STRATEGIES),
}


class _Task(NamedTuple):
    policy: str
    seed: int
    scale: Scale
    constants: WorldConstants


def world_lines(size: Size, workers: int, say: Callable[[str], None]) -> Iterator[Figure]:
    """Yield the figures of the world with known truth, from so many processes at once."""
    tasks = [
        _Task(policy, seed, size.scale, WorldConstants())
        for policy in sorted((*size.policies, *size.once), key=_costly_first)
        for seed in range(1, 2 if policy in size.once else size.seeds + 1)
    ]
    runs = _all_raced(tasks, workers, say)
    for run in runs:
        if "failed" in run:
            yield missing(f"world_per_thousand_{run['policy']}", run["failed"])
    yield from comparison(Runs([run for run in runs if "failed" not in run]))


def changed_lines(size: Size, workers: int, say: Callable[[str], None]) -> Iterator[Figure]:
    """Yield what some policies achieve when each constant of the world is half and double.

    And, first, when none is changed.
    """
    worlds = {"nothing_changed": WorldConstants()}
    for name in SENSITIVE:
        for change, factor in (("half", 0.5), ("double", 2.0)):
            worlds[f"{name}_{change}"] = scaled(WorldConstants(), name, factor)
    tasks = [
        _Task(policy, seed, size.changed, constants)
        for constants in worlds.values()
        for policy in COMPARED
        for seed in range(1, size.changed_seeds + 1)
    ]
    runs = iter(_all_raced(tasks, workers, say))
    for change in worlds:
        yield _changed(change, size.changed_seeds, runs)


def _all_raced(
    tasks: list[_Task], workers: int, say: Callable[[str], None]
) -> list[dict[str, Any]]:
    runs = []
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        for task, run in zip(tasks, pool.map(_raced, tasks), strict=True):
            say(f"  {task.policy}, seed {task.seed}: {run.get('cpu_s', 0.0):.0f} CPU s")
            runs.append(run)
    return runs


def _changed(change: str, seeds: int, runs: Iterator[dict[str, Any]]) -> Figure:
    """Return the line of a changed world, means over its seeds, from the next runs.

    By the chances, since few people come within days.
    """
    values = {}
    for policy in COMPARED:
        found = [
            float(run.get("expected_per_thousand", float("nan"))) for run in islice(runs, seeds)
        ]
        values[policy] = round(sum(found) / seeds, 2)
    unit = "incremental attendances per 1,000 reminders"
    return told(f"world_sensitivity_{change}", values["livecue"], unit, others=values, seeds=seeds)


def _raced(task: _Task) -> dict[str, Any]:
    try:
        return race(*task)
    except Exception as trouble:
        return {"policy": task.policy, "seed": task.seed, "failed": repr(trouble)}


def _costly_first(policy: str) -> int:
    return _COSTLY.index(policy) if policy in _COSTLY else len(_COSTLY)
