"""The figures of the comparison of policies, from what each did in each world."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from benchmarks.quality.figure import Figure
from benchmarks.quality.targets import interval, told

__all__ = ["Runs", "comparison"]

Run = dict[str, Any]


class Runs:
    """Runs by policy, each list by seed."""

    def __init__(self, runs: list[Run]) -> None:
        self._by_policy: dict[str, list[Run]] = {}
        for run in sorted(runs, key=lambda run: int(run["seed"])):
            self._by_policy.setdefault(str(run["policy"]), []).append(run)

    @property
    def policies(self) -> list[str]:
        """All that ran."""
        return list(self._by_policy)

    def of(self, policy: str, name: str) -> list[float]:
        """Return a value of each run; none of a policy that did not run."""
        return [float(run[name]) for run in self._by_policy.get(policy, []) if name in run]

    def lists(self, policy: str, name: str) -> list[Any]:
        """Return a list of each run."""
        return [run[name] for run in self._by_policy.get(policy, []) if name in run]

    def curve(self, policy: str) -> list[float]:
        """Return incremental attendance per 1,000 reminders by day, all seeds together."""
        gained = np.sum(self.lists(policy, "gained"), axis=0)
        sent = np.sum(self.lists(policy, "sent"), axis=0)
        return [round(float(x), 2) for x in 1_000.0 * gained / np.maximum(sent, 1.0)]


def comparison(runs: Runs) -> Iterator[Figure]:
    """Yield a line for each policy, then those with targets."""
    for policy in runs.policies:
        mean, low, high = interval(runs.of(policy, "per_thousand"))
        yield told(
            f"world_per_thousand_{policy}",
            mean,
            "incremental attendances per 1,000 reminders",
            low=round(low, 2),
            high=round(high, 2),
            seeds=len(runs.of(policy, "per_thousand")),
            expected=round(float(np.mean(runs.of(policy, "expected_per_thousand"))), 2),
            by_seed=[round(one, 2) for one in runs.of(policy, "per_thousand")],
            mutes=round(float(np.mean(runs.of(policy, "mutes"))), 2),
            volume=round(float(np.mean(runs.of(policy, "volume"))), 3),
            attended=round(float(np.mean(runs.of(policy, "attended_a_day"))), 4),
            open_lost=_rounded(_lost(runs, policy)),
            cpu_s=round(float(np.mean(runs.of(policy, "cpu_s"))), 1),
            curve=runs.curve(policy),
        )
    if "livecue" in runs.policies:
        yield from _against_others(runs)
        yield from _by_itself(runs)


def _against_others(runs: Runs) -> Iterator[Figure]:
    for other in ("boosted_uplift", "followers", "affinity_hour", "oracle"):
        ratio = _ratio(runs, "per_thousand", other)
        figure = "world_share_of_oracle" if other == "oracle" else f"world_ratio_to_{other}"
        yield told(figure, ratio, "times as many per 1,000 reminders")
    mutes = _ratio(runs, "mutes", "followers")
    yield told("world_mutes_ratio_to_followers", mutes, "times as many per 1,000 reminders")
    if "followers" in runs.policies:
        ours, theirs = runs.curve("livecue"), runs.curve("followers")
        below = sum(a < b for a, b in zip(ours[3:], theirs[3:], strict=True))
        yield told("world_days_below_followers", float(below), "days after the third")


def _by_itself(runs: Runs) -> Iterator[Figure]:
    yield told("world_open_probability_lost", _lost(runs, "livecue"), "share")
    calibration = runs.of("livecue", "calibration")
    yield told("world_score_calibration_error", float(np.mean(calibration)), "probability")
    regret = np.sum(runs.lists("livecue", "regret"), axis=0)
    shown = np.maximum(np.sum(runs.lists("livecue", "shown"), axis=0), 1.0)
    third = max(len(regret) // 3, 1)
    early = regret[:third].sum() / shown[:third].sum()
    late = regret[-third - 1 :].sum() / shown[-third - 1 :].sum()
    yield told(
        "world_copy_regret_late_to_early",
        float(late / early) if early > 0.0 else None,
        "regret a reminder, last third of the days against the first",
        by_day=[round(float(x), 4) for x in regret / shown],
    )
    lifts = [one for run in runs.lists("livecue", "lifts") for one in run]
    covered = float(np.mean([one["covers"] for one in lifts])) if lifts else None
    yield told("world_lift_coverage", covered, "share of weeks", weeks=len(lifts))


def _ratio(runs: Runs, name: str, other: str) -> float | None:
    theirs, ours = runs.of(other, name), runs.of("livecue", name)
    if not theirs or np.mean(theirs) <= 0.0:
        return None
    return float(np.mean(ours) / np.mean(theirs))


def _lost(runs: Runs, policy: str) -> float | None:
    best = float(np.sum(runs.lists(policy, "best_opening")))
    return 1.0 - float(np.sum(runs.lists(policy, "opening"))) / best if best > 0.0 else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
