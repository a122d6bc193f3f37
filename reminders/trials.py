"""For whom a reminder is tried although its value says no: so that the model can be wrong.

A model that has learned to expect too little stops what would teach it better. So there are two
kinds of trial, both by hash, each with a probability that is known exactly:

- For a share of all pairs of user and stream (`decision.explore`) a reminder is worth the larger of
  what the model says and of what the documented prior says, which alone decided on the first day.
- Of a new host little is known: its reminders may work better than is believed of everybody's. The
  host's rate has a Beta posterior (`reminders.newcomers`); a reminder is tried with the probability
  that the rate is as much higher than believed as the price is above the reminder's value. This
  share is largest for users whose value is nearest to the price, and vanishes as evidence comes.

In competition for caps, credit and quotas such a reminder counts what the model says: it takes no
place from a better one.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from features.hashing import hash64, uniform
from online_models.arrays import Bools, Floats, Ints
from reminders.appraisal import Announcement, Worth
from reminders.guardrails import Standing
from reminders.newcomers import chance_of_level

__all__ = ["PRIORS", "Trials", "chance_of", "trials_of"]

PRIORS = 0
"""The level of a trial by the prior; higher ones are those of `reminders.newcomers`."""
_TRIAL, _NEWCOMER = hash64("trial"), hash64("newcomer")


class Trials(NamedTuple):
    """Whose reminder is tried (bool[n]), and on what level (int64[n])."""

    on: Bools
    level: Ints


def trials_of(about: Announcement, users: Standing, worth: Worth, price: Floats) -> Trials:
    """Return whose reminder is tried although its value is not above `price` (float64[n]).

    The same pairs on every rung and at any time, as far as their values stay. None without
    personalization, where the prior decides anyway, and none that was reserved is tried for the
    host's sake.
    """
    seed, stream_h, share = about.settings.seed, about.stream.stream_h, about.settings.explore
    level = np.zeros(len(worth.value), np.int64)
    low = (worth.value <= price) & worth.tied & users.personal
    chosen = low & (worth.prior_value > price)
    rows = np.flatnonzero(chosen)
    chosen[rows] = uniform(seed, _TRIAL, users.user_h[rows], stream_h) < share
    if about.surprise is not None:
        rows = np.flatnonzero(
            low & (worth.value > 0.0) & (worth.prior_value <= price) & ~users.reserved
        )
        rows = rows[price[rows] <= about.surprise[-1] * worth.value[rows]]
        tried = np.searchsorted(about.surprise, price[rows] / worth.value[rows]) + 1
        drawn = uniform(seed, _NEWCOMER, users.user_h[rows], stream_h) < chance_of_level(tried)
        chosen[rows], level[rows] = drawn, np.where(drawn, tried, PRIORS)
    return Trials(chosen, level)


def chance_of(level: Ints, share: float) -> Floats:
    """Return float64[n]: the probability with which trials of these levels were drawn.

    `share`: that of trials by the prior.
    """
    return np.where(level == PRIORS, share or 1.0, chance_of_level(level))
