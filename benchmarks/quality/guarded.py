"""The guardrails that every policy keeps: quiet hours, caps and gaps, nothing to the muted."""

from __future__ import annotations

import numpy as np

from streams.simulation.world.events import Bools, Floats, Ints
from streams.simulation.world.population import QUIET, Population
from streams.simulation.world.programme import HOUR_MS

__all__ = ["MOST_A_DAY", "capped", "quiet"]

MOST_A_DAY, GAP_MS = 3, 2 * HOUR_MS


def quiet(people: Population, who: Ints, ts: Ints) -> Bools:
    """Return whether `ts` (epoch ms) is in people's quiet hours."""
    minute = (ts // 60_000 + people.offset[who] * 30) % 1_440
    bounds = np.array(QUIET)[people.quiet[who]]
    first, last = bounds[..., 0], bounds[..., 1]
    within = (minute >= first) & (minute < last)
    over_midnight = (minute >= first) | (minute < last)
    return np.where(first <= last, within, over_midnight)


def capped(who: Ints, ts: Ints, score: Floats, most: int) -> Ints:
    """Return the places of the best `most` that leave nobody with too many or too close ones.

    The result is by score, best first.
    """
    left = np.argsort(-score, kind="stable")
    taken: list[Ints] = []
    chosen_of = np.full((MOST_A_DAY, int(who.max(initial=0)) + 1), -(10**15))
    for nth in range(MOST_A_DAY):
        _, first = np.unique(who[left], return_index=True)
        best = left[first]
        taken.append(best)
        chosen_of[nth, who[best]] = ts[best]
        left = np.delete(left, first)
        near = np.abs(ts[left][None, :] - chosen_of[:, who[left]]) < GAP_MS
        left = left[~near.any(axis=0)]
    every = np.concatenate(taken)
    return every[np.argsort(-score[every], kind="stable")][:most]
