"""Whom to look at beside those who are reminded: what people do of their own accord.

The holdout is a fiftieth, so of a few hundred people it says nothing for weeks. Of most pairs of
user and stream nothing is sent anyway, because something else is worth more. So when a window opens
some of those who might be invited are noted with their features as they are then; of those who are
never invited to the stream it is learned who comes all the same (the head `attend_unsent`). Who is
invited goes by the features, so these are controls as far as the features say what matters; the
holdout is one whatever they say.

References
----------
Rosenbaum and Rubin (1983), Biometrika 70(1): outcomes are comparable given what treatment went by.
"""

from __future__ import annotations

import numpy as np

from features.hashing import hash64, uniform
from online_models.arrays import Ints
from reminders.appraisal import Announcement, Worth
from reminders.demand import LOWEST_PRICE
from reminders.guardrails import Standing

__all__ = ["LEAST", "MOST", "controls_of"]

LEAST, MOST = 16, 64
"""About so many are noted of an announcement though fewer, or more, may be sent it: a partition of
many users with a thousand streams ahead keeps some twenty megabytes of them for each rung."""
_CONTROL = hash64("control")


def controls_of(about: Announcement, users: Standing, worth: Worth, price: float) -> Ints:
    """Return the places of the users to note, int64[m].

    About as many as are worth more than `price`, within bounds, the likelier the nearer their value
    comes to it; a pair of user and stream on one rung at most.
    """
    rows = np.flatnonzero((worth.value > 0.0) & users.personal & ~users.reserved)
    if not len(rows):
        return rows
    near = np.minimum(worth.value[rows] / max(price, LOWEST_PRICE), 1.0)
    most = min(max(np.count_nonzero(near == 1.0), LEAST), MOST)
    rungs = about.settings.rungs
    drawn = uniform(about.settings.seed, _CONTROL, users.user_h[rows], about.stream.stream_h)
    own = (drawn - rungs.index(about.rung) / len(rungs)) % 1.0
    chosen = own < np.minimum(near * most / near.sum(), 1.0 / len(rungs))
    return np.asarray(rows[chosen])
