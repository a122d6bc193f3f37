"""How much each of a user's past items counts by how many came after it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from features.compiled import compiled, inlined
from online_models.arrays import Floats

__all__ = ["TRANSITION_REACH", "alike_weight", "rank_of", "ranks", "recency", "step_weight"]

RECENCY_POWER = 0.7
TRANSITION_REACH = 20
"""How many items back a step to the next one is seen."""


@inlined
def rank_of(keys: npt.NDArray[Any], when: npt.NDArray[Any], user: int, entry: int) -> float:
    """Return the rank of one entry, as `ranks` does."""
    rank = 1.0
    for other in range(keys.shape[1]):
        if keys[user, other] != 0 and other != entry:
            if when[user, other] > when[user, entry]:
                rank += 1.0
            elif when[user, other] == when[user, entry]:
                rank += 0.5
    return rank


@inlined
def alike_weight(rank: float) -> float:
    """Return what an item of this rank counts for when what is similar is looked for."""
    return float(rank**-RECENCY_POWER)


@inlined
def step_weight(rank: float) -> float:
    """Return what a step from an item of this rank counts for: nothing beyond twenty back."""
    return 1.0 / rank if rank <= TRANSITION_REACH else 0.0


@compiled
def ranks(keys: npt.NDArray[Any], when: npt.NDArray[Any]) -> Floats:
    """Return how recent each past item is: 1 for the latest, those of one moment share their mean.

    `keys`, `when`: [n, k]: key 0 = none, whose rank means nothing; times in any unit.

    >>> ranks(np.array([[7, 8, 9, 0]]), np.array([[10, 30, 10, 99]]))[:, :3].tolist()
    [[2.5, 1.0, 2.5]]
    """
    found = np.ones(keys.shape)
    for user in range(keys.shape[0]):
        for entry in range(keys.shape[1]):
            found[user, entry] = rank_of(keys, when, user, entry)
    return found


@compiled
def recency(rank: Floats) -> tuple[Floats, Floats]:
    """Return `alike_weight` and `step_weight` of each rank, float64[n, k] each."""
    alike, step = np.empty(rank.shape), np.empty(rank.shape)
    for user in range(rank.shape[0]):
        for entry in range(rank.shape[1]):
            alike[user, entry] = alike_weight(rank[user, entry])
            step[user, entry] = step_weight(rank[user, entry])
    return alike, step
