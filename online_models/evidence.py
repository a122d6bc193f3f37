"""How much of what a reminder adds is learned, from what those do who are not reminded.

What is believed of everybody's attendance changes as examples come. So the head `attend_unsent`
corrects a prior that follows the head `attend`: the probability of coming when reminded, as it is
served, less the share of it that the documented prior owes to the reminder. And the uplift is not
the difference of two heads, which few such examples would make wild: it is p(attend | sent) times
that share, drawn from the prior's towards the learned one by the number of those who came
unreminded, n / (n + n0), for invitations and for attend reminders apart.

A reminder works by being opened, and who comes anyway does so whether or not it is. So the prior's
share is that of people who open like others; of who opens more, more is owed to the reminder
(`opened_share`).
"""

from __future__ import annotations

import math

from features.compiled import inlined
from online_models.snapshot import HeadWeights

__all__ = [
    "HALF_TRUST_UPLIFT",
    "LEAST_SHARE",
    "MOST_OPENING",
    "opened_share",
    "trust",
    "unsent_prior",
    "uplift_share",
]

HALF_TRUST_UPLIFT = 100.0
LEAST_SHARE = 0.01
MOST_OPENING = 2.0
"""In log-odds: nobody counts as likelier or less likely to open than that."""


def trust(head: HeadWeights) -> tuple[float, float]:
    """Return the weight in [0, 1) of the share that the head has learned, by kind of reminder.

    >>> trust(HeadWeights([], 0.0, (1000, 0), (100, 0)))
    (0.5, 0.0)
    """
    invite, attend = head.positives
    return invite / (invite + HALF_TRUST_UPLIFT), attend / (attend + HALF_TRUST_UPLIFT)


@inlined
def opened_share(anyway: float, adds: float, opens: float) -> float:
    """Return the part of p(attend | sent) that is owed to the reminder, as is believed before.

    Parameters
    ----------
    anyway, adds
        The prior's probability of coming unreminded, and what it says that the reminder adds.
    opens
        How much likelier than others the head `open` has learned that this one is opened, in
        log-odds.

    Examples
    --------
    >>> round(opened_share(0.02, 0.02, 0.0), 3), round(opened_share(0.02, 0.02, 1.0), 3)
    (0.5, 0.731)
    """
    through = adds * math.exp(min(max(opens, -MOST_OPENING), MOST_OPENING))
    return through / (anyway + through)


def unsent_prior(
    attend: float, prior_attend: float, prior_unsent: float, opens: float = 0.0
) -> float:
    """Return the probability of coming unreminded that is believed before anything is learned.

    Parameters
    ----------
    attend
        The served probability of coming when reminded.
    prior_attend, prior_unsent
        The documented prior's of coming when reminded, and when not.
    opens
        As of `opened_share`.

    Examples
    --------
    >>> unsent_prior(0.02, 0.1, 0.05)
    0.01
    """
    return attend * (1.0 - opened_share(prior_unsent, prior_attend - prior_unsent, opens))


@inlined
def uplift_share(prior_share: float, attend: float, attend_unsent: float, weight: float) -> float:
    """Return the part of `attend` that is owed to the reminder, in [LEAST_SHARE, 1].

    Parameters
    ----------
    prior_share
        The prior's uplift / p(attend | sent).
    attend, attend_unsent
        The probabilities of coming when reminded and when not, as learned.
    weight
        Trust in the learned share, in [0, 1).
    """
    learned = min(max(1.0 - attend_unsent / attend, LEAST_SHARE), 1.0)
    return min(max(prior_share + weight * (learned - prior_share), LEAST_SHARE), 1.0)
