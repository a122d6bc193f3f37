"""One policy in one world, and what it achieved; as a command, several of them.

`python -m benchmarks.quality.race --users 2000 --days 10 followers affinity livecue oracle` prints
one JSON line a policy: incremental attendance per 1,000 reminders over the second half of the days.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from typing import Any

import numpy as np
import orjson

from benchmarks.quality.affinity_policy import Affinity, AffinityAtBestHour
from benchmarks.quality.craft import Craft
from benchmarks.quality.learners import BoostedUplift, OpeningRate
from benchmarks.quality.lift import calibration_error, lifts
from benchmarks.quality.livecue_policy import Livecue
from benchmarks.quality.oracle import Oracle
from benchmarks.quality.plain_policies import Followers, Nothing, Popularity, Random
from benchmarks.quality.policy import Policy, live_through
from streams.simulation.world.constants import WorldConstants
from streams.simulation.world.events import Sends
from streams.simulation.world.verdict import judge
from streams.simulation.world.world import Scale, World

__all__ = ["POLICIES", "race"]

POLICIES: dict[str, Callable[[World], Policy]] = {
    "nothing": Nothing,
    "random": Random,
    "popularity": Popularity,
    "followers": Followers,
    "affinity": Affinity,
    "affinity_hour": AffinityAtBestHour,
    "opening_rate": OpeningRate,
    "boosted_uplift": BoostedUplift,
    "livecue": Livecue,
    "livecue_follow": partial(Livecue, strategy="follow"),
    "livecue_cf": partial(Livecue, strategy="cf"),
    "livecue_content": partial(Livecue, strategy="content"),
    "oracle": Oracle,
}
_BLIND = {"nothing", "random", "followers", "oracle"}
"""Who does not look at ordinary visits; they are not drawn for them, which takes most of a run."""
_LIFT_DAYS = 7


def race(
    name: str, seed: int, scale: Scale, constants: WorldConstants | None = None
) -> dict[str, Any]:
    """Let a policy live through a world; return what came of it, as plain values by day."""
    began = time.process_time()
    world = World(seed, scale, constants)
    world.visits = name not in _BLIND
    policy, craft = POLICIES[name](world), Craft(world)
    live_through(world, policy, craft)
    verdict = judge(world)
    half = scale.days // 2 + 1
    found: dict[str, Any] = {
        "policy": name,
        "seed": seed,
        "per_thousand": verdict.per_thousand(half, scale.days),
        "expected_per_thousand": verdict.expected_per_thousand(half, scale.days),
        "mutes": verdict.mutes_per_thousand(half, scale.days),
        "volume": float(verdict.sent.sum() / scale.users / scale.days),
        "attended_a_day": float(verdict.attended.sum() / scale.users / scale.days),
        "cpu_s": time.process_time() - began,
        **{key: value.tolist() for key, value in asdict(verdict).items()},
        **{key: getattr(craft, key).tolist() for key in _CRAFT},
    }
    if isinstance(policy, Livecue):
        found["calibration"] = calibration_error(world, half)
        held = Sends.joined(policy.held_out)
        found["lifts"] = [
            {**asdict(one), "covers": one.covers} for one in lifts(world, held, _LIFT_DAYS)
        ]
    return found


_CRAFT = ("opening", "best_opening", "regret", "shown")
_TOLD = ("per_thousand", "expected_per_thousand", "mutes", "volume", "cpu_s", "calibration")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("policies", nargs="+", choices=POLICIES)
    parser.add_argument("--users", type=int, default=2_000)
    parser.add_argument("--days", type=int, default=10)
    parser.add_argument("--seed", type=int, action="append")
    chosen = parser.parse_args()
    scale = Scale(users=chosen.users, days=chosen.days)
    for name in chosen.policies:
        runs = [race(name, seed, scale) for seed in chosen.seed or [1]]
        line: dict[str, Any] = {
            "policy": name,
            "open_lost": round(sum(map(_lost, runs)) / len(runs), 3),
        }
        for key in _TOLD:
            if key in runs[0]:
                line[key] = round(float(np.mean([run[key] for run in runs])), 3)
        sys.stdout.write(orjson.dumps(line).decode() + "\n")
        sys.stdout.flush()


def _lost(run: dict[str, Any]) -> float:
    best = sum(run["best_opening"])
    return 1.0 - sum(run["opening"]) / best if best else 0.0


if __name__ == "__main__":
    main()
