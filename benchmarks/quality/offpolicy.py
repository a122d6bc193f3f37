"""Off-policy estimates: are they right where the truth is known, and what do real logs say?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.quality.click_world import ClickWorld, click_rates, cross_fitted
from benchmarks.quality.figure import Bounds, Figure, figure
from benchmarks.quality.open_bandit import (
    CAMPAIGNS,
    Impressions,
    read_impressions,
    thompson_table,
)
from online_models.arrays import Floats, Ints
from online_models.off_policy import Estimate, doubly_robust, importance, ips, snips

__all__ = ["RUNS", "run"]

RUNS = 500
_COVERAGE = Bounds(0.925, 0.975)
_BIAS = Bounds(None, 0.01)
_UNWEIGHTED = Bounds(None, 0.75)
# As frequent as attendance of reminders, in logs long enough to tell a bias of 1 % from chance.
_RATE, _LENGTH = 0.04, 3
_SAMPLE_RATE = 0.005
_POLICIES = ("random", "bts")


class _Case(NamedTuple):
    """A campaign's log of one policy, from which the other policy is judged."""

    name: str
    log: Impressions
    other: Impressions
    logging: Floats
    target: Floats
    thompson: Floats


def run(folder: Path, runs: int = RUNS, seed: int = 0) -> Iterator[Figure]:
    """Yield the figures of six cases, each campaign with the log of either policy.

    Simulated clicks on the real chances, `runs` times: how often each 95 % interval holds the
    truth, and how far the mean estimate is from it (as a share of the truth). First 30,000
    impressions of which 4 % are clicked; then, without a target, 10,000 and 0.5 % as in the
    sample, where a log has some 50 clicks. Then the real clicks, beside what the other policy
    really earned. Fewer than `RUNS` runs say too little to be held to a target.

    Parameters
    ----------
    folder : of `streams.replay.wheel.wheel_folder` with `OPEN_BANDIT`.
    """
    cases = list(_cases(folder))
    for place, case in enumerate(cases):
        yield from _simulated(case, _RATE, _LENGTH, runs, seed + place)
    for place, case in enumerate(cases):
        yield from _simulated(case, _SAMPLE_RATE, 1, runs, seed + place)
    for case in cases:
        yield from _real(case, seed)


def _cases(folder: Path) -> Iterator[_Case]:
    for campaign in CAMPAIGNS:
        even, learned = (read_impressions(folder, policy, campaign) for policy in _POLICIES)
        items = int(max(even.item.max(), learned.item.max())) + 1
        thompson = thompson_table(learned, items)
        uniform = np.full((3, items), 1.0 / items)
        yield _Case(f"{campaign}_from_random", even, learned, uniform, thompson, thompson)
        yield _Case(f"{campaign}_from_thompson", learned, even, thompson, uniform, thompson)


def _simulated(case: _Case, rate: float, length: int, runs: int, seed: int) -> Iterator[Figure]:
    rng = np.random.default_rng(seed)
    rates = click_rates(case.thompson, rate, rng)
    world = ClickWorld(np.tile(case.log.place, length), case.logging, case.target, rates)
    found: dict[str, list[Estimate]] = {}
    for _ in range(runs):
        log = world.run(rng)
        weight = importance(log.logged, log.target)
        fold = rng.integers(0, 2, len(weight))
        for name, one in _estimates(
            log.place, log.item, log.click, weight, case.target, fold
        ).items():
            found.setdefault(name, []).append(one)
    aimed = length == _LENGTH
    enough = aimed and runs >= RUNS
    for name, estimates in found.items():
        figure_name = f"offpolicy_{case.name}_{name}" + ("" if aimed else "_at_sample_rate")
        yield from _judged(figure_name, name, estimates, world.truth, enough)


def _judged(
    name: str, estimator: str, estimates: list[Estimate], truth: float, aimed: bool
) -> Iterator[Figure]:
    values = np.array([one.value for one in estimates])
    covers = np.mean([one.low <= truth <= one.high for one in estimates])
    details = {"truth": round(truth, 5), "runs": len(estimates)}
    unweighted = estimator == "unweighted"
    coverage = _UNWEIGHTED if unweighted else _COVERAGE
    yield figure(f"{name}_coverage", float(covers), "share", coverage if aimed else None, **details)
    yield figure(
        f"{name}_bias",
        abs(float(values.mean()) / truth - 1.0),
        "share",
        _BIAS if aimed and not unweighted else None,
        standard_error=round(float(values.std()) / truth / len(values) ** 0.5, 4),
        **details,
    )


def _real(case: _Case, seed: int) -> Iterator[Figure]:
    """What the log says of the other policy, and what the other policy's own log says."""
    log = case.log
    cell = log.place, log.item
    weight = importance(log.propensity, case.target[cell])
    fold = np.random.default_rng(seed).integers(0, 2, len(weight))
    own = ips(case.other.click, np.ones(len(case.other.click)))
    found = _estimates(log.place, log.item, log.click, weight, case.target, fold)
    for name, one in found.items():
        yield figure(
            f"offpolicy_real_{case.name}_{name}",
            one.value,
            "clicks an impression",
            interval_95=[round(one.low, 5), round(one.high, 5)],
            effective=round(one.effective),
            really=round(own.value, 5),
            really_interval_95=[round(own.low, 5), round(own.high, 5)],
        )


def _estimates(
    place: Ints, item: Ints, click: Floats, weight: Floats, target: Floats, fold: Ints
) -> dict[str, Estimate]:
    expected, averaged = cross_fitted(place, item, click, target, fold)
    return {
        "ips": ips(click, weight),
        "snips": snips(click, weight),
        "dr": doubly_robust(click, weight, expected, averaged),
        "unweighted": ips(click, np.ones(len(click))),
    }
