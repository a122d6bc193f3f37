"""How much a learned head counts against the prior, and the uplift between two heads.

A head is believed in proportion to the positives it has seen, n / (n + n0), in log-odds, each
head apart and apart for invitations and for attend reminders (the holdout usually has only the
former). The uplift is not the difference of two blends, which few held-out examples would make
wild: it is p(attend | sent) times the *share* of it owed to the reminder, and that share is
shrunk from the learned one towards the prior's by the weaker head's positives.
"""

from __future__ import annotations

import numpy as np

from features.compiled import inlined
from online_models.arrays import Bools, Floats
from online_models.snapshot import HeadWeights

__all__ = [
    "HALF_TRUST_POSITIVES",
    "HALF_TRUST_UPLIFT",
    "LEAST_SHARE",
    "by_row",
    "trust",
    "uplift_share",
]

HALF_TRUST_POSITIVES = 50.0
HALF_TRUST_UPLIFT = 100.0
LEAST_SHARE = 0.01


def trust(head: HeadWeights, half: float = HALF_TRUST_POSITIVES) -> tuple[float, float]:
    """Return the head's weight in [0, 1) for invitations and for attend reminders.

    >>> trust(HeadWeights([], 0.0, (1000, 0), (50, 0)))
    (0.5, 0.0)
    """
    invite, attend = head.positives
    return invite / (invite + half), attend / (attend + half)


def by_row(pair: tuple[float, float], reserved: Bools) -> Floats:
    """Return float64[n]: the weight of each row, by whether it is for a reserver."""
    return np.where(reserved, pair[1], pair[0])


@inlined
def uplift_share(prior_share: float, attend: float, attend_unsent: float, weight: float) -> float:
    """Return the part of `attend` that is owed to the reminder, in [LEAST_SHARE, 1].

    Parameters
    ----------
    prior_share
        The prior's uplift / p(attend | sent).
    attend, attend_unsent
        The learned heads' probabilities.
    weight
        Trust in the learned share, in [0, 1).
    """
    learned = min(max(1.0 - attend_unsent / attend, LEAST_SHARE), 1.0)
    return min(max(prior_share + weight * (learned - prior_share), LEAST_SHARE), 1.0)
