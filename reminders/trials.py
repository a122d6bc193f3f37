"""For whom a reminder is tried although its value says no: so that the model can be wrong.

A model that has learned to expect too little stops what would teach it better. So there are two
kinds of trial, both by hash, each with a probability that is known exactly:

- For a share of all pairs of user and stream (`decision.explore`) a reminder is worth the larger of
  what the model says and of what the documented prior says, which alone decided on the first day.
  Where a target makes invitations scarce, levels mean nothing, and a wrong level must not spend
  the volume: there the prior may try those of whom it thinks most, as many as the model would
  remind (`prior_bar`).
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

__all__ = ["PRIORS", "Trials", "chance_of", "prior_bar", "trials_of"]

PRIORS = 0
"""The level of a trial by the prior; higher ones are those of `reminders.newcomers`."""
_TRIAL, _NEWCOMER = hash64("trial"), hash64("newcomer")


class Trials(NamedTuple):
    """Whose reminder is tried (bool[n]), and on what level (int64[n])."""

    on: Bools
    level: Ints


def prior_bar(worth: Worth, price: float, least: float) -> float:
    """Return what as many prior values exceed, or equal, as values exceed `price`.

    Where none does it is the price, so that a model that expects nothing of anybody is found out;
    but not below `least`: a price that has fallen because nobody is worth anything would have
    anybody tried.

    >>> values, priors = np.array([0.3, 0.1, 0.2]), np.array([0.9, 0.7, 0.8])
    >>> worth = Worth(values, priors, np.ones(3, np.bool_))
    >>> [prior_bar(worth, price, 0.5) for price in (0.15, 0.35, 0.6)]
    [0.8, 0.5, 0.6]
    """
    count = int(np.count_nonzero(worth.value > price))
    return float(np.partition(worth.prior_value, -count)[-count]) if count else max(price, least)


def trials_of(about: Announcement, users: Standing, worth: Worth, price: Floats) -> Trials:
    """Return whose reminder is tried although its value is not above `price` (float64[n]).

    The same pairs on every rung and at any time, as far as their values stay. None without
    personalization, where the prior decides anyway, and none that was reserved is tried for the
    host's sake.
    """
    seed, stream_h, share = about.settings.seed, about.stream.stream_h, about.settings.explore
    level = np.zeros(len(worth.value), np.int64)
    low = (worth.value <= price) & worth.tied & users.personal
    bar = price if about.prior_bar is None else np.where(users.reserved, price, about.prior_bar)
    likely = worth.prior_value >= bar
    chosen = low & likely
    rows = np.flatnonzero(chosen)
    chosen[rows] = uniform(seed, _TRIAL, users.user_h[rows], stream_h) < share
    if about.surprise is not None:
        rows = np.flatnonzero(low & (worth.value > 0.0) & ~likely & ~users.reserved)
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
