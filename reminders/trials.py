"""For which users the prior may decide once more although the model says no: so it can be wrong.

A model that has learned to expect too little stops what would teach it better. So for a share of
all pairs of user and stream, by hash, a reminder is worth the larger of what the model says and of
what the documented prior says, which alone decided on the first day. In competition for caps,
credit and quotas such a reminder counts what the model says: it takes no place from a better one.
"""

from __future__ import annotations

import numpy as np

from features.hashing import hash64, uniform
from online_models.arrays import Bools, Floats
from reminders.appraisal import Worth
from reminders.guardrails import Standing
from reminders.settings import DecisionSettings

__all__ = ["on_trial"]

_TRIAL = hash64("trial")


def on_trial(
    settings: DecisionSettings, stream_h: int, users: Standing, worth: Worth, price: Floats
) -> Bools:
    """Return bool[n]: whose reminder the prior carries over `price` (float64[n]) and the model not.

    The same pairs on every rung and at any time. None without personalization, where the prior
    decides anyway.
    """
    chosen = (worth.value <= price) & (worth.prior_value > price) & worth.tied & users.personal
    rows = np.flatnonzero(chosen)
    chosen[rows] = uniform(settings.seed, _TRIAL, users.user_h[rows], stream_h) < settings.explore
    return chosen
