"""What `max_invites` loses by being kept by partitions of which none knows the users of another.

The values are log-normal, as skewed as those of the planner in the world with known truth, where
the logarithms of a stream's eligible values have a standard deviation of 0.5 to 1.2. Users live
where Kafka's partitioner puts them; shares, bids, gifts and the choice are the planner's own. What
goes out in the seconds or ticks before the gifts is left out of account.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import numpy as np

from benchmarks.quality.figure import Bounds, Figure, figure
from features.hashing import IntArray, murmur2_partition
from online_models.arrays import Floats
from reminders.quota import Partition, best
from reminders.quota_exchange import bid_of, gifts, is_traded

__all__ = ["TARGET", "Lost", "lost", "run"]

TARGET = Bounds(high=0.02)
PARTITIONS = (8, 32)
QUOTAS = (8, 20, 100, 1_000, 10_000)
ELIGIBLE = (20_000, 200_000)
SIGMA = 0.9


class Lost(NamedTuple):
    """1 − value of those chosen / value of the exact best: by `shares` alone, and after `gifts`."""

    shares: float
    gifts: float


def run(worlds: int) -> Iterator[Figure]:
    """Yield the share of the exact top-k's value that is lost, by partitions and quota.

    Of each the mean over `worlds` seeds where more is lost, of 20,000 eligible users or of 200,000;
    the details tell the worst seed, and what would be lost without gifts.
    """
    for partitions in PARTITIONS:
        for quota in QUOTAS:
            found = [
                np.array([lost(quota, partitions, users, seed) for seed in range(worlds)])
                for users in ELIGIBLE
            ]
            means, worst = np.mean(found, axis=1).max(axis=0), np.max(found, axis=(0, 1))
            yield figure(
                f"quota_lost_{partitions}_partitions_{quota}",
                float(means[1]),
                "share",
                TARGET,
                meaning=f"value lost of {quota:,} invitations over {partitions} partitions; "
                f"by shares alone {means[0]:.4f}",
                worst=round(float(worst[1]), 4),
                by_shares=round(float(means[0]), 4),
                worst_by_shares=round(float(worst[0]), 4),
                worlds=worlds,
            )


def lost(quota: int, partitions: int, users: int, seed: int) -> Lost:
    """Return what a quota loses in one world of so many eligible users."""
    rng = np.random.default_rng([seed, users])
    value: Floats = rng.lognormal(0.0, SIGMA, users)
    user_h = rng.integers(0, 2**63, users).astype(np.uint64)
    owner, announcement = owners(users, partitions), int(rng.integers(2**62))
    places = [np.flatnonzero(owner == number) for number in range(partitions)]
    shares = [
        Partition(number, partitions).share(quota, announcement) for number in range(partitions)
    ]

    def chosen(most: list[int]) -> float:
        return sum(
            float(value[at][best(value[at], user_h[at], np.ones(len(at), np.bool_), own)].sum())
            for at, own in zip(places, most, strict=True)
        )

    exact = float(np.sort(value)[-quota:].sum())
    after = (
        _after_gifts(shares, [value[at] for at in places])
        if is_traded(quota, partitions)
        else shares
    )
    by_shares, by_gifts = 1.0 - chosen(shares) / exact, 1.0 - chosen(after) / exact
    return Lost(max(by_shares, 0.0), max(by_gifts, 0.0))


def _after_gifts(shares: list[int], values: list[Floats]) -> list[int]:
    """Return how many each partition may invite once all have bid and given."""
    count, after = len(shares), list(shares)
    bids = {
        number: np.frombuffer(bid_of(own, sum(shares), count), "<f4").astype(np.float64)
        for number, own in enumerate(values)
    }
    for giver in range(count):
        for taker, given in gifts(giver, shares, bids, shares[giver]).items():
            after[giver] -= given
            after[taker] += given
    return after


@cache
def owners(users: int, partitions: int) -> IntArray:
    """Return the partition of each user, int64[users]."""
    return murmur2_partition([b"user-%d" % number for number in range(users)], partitions)
