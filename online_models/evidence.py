"""How much of what a reminder adds is learned, from what those do who are not reminded.

Few are held out, and what is believed of everybody's attendance changes as examples come. So the
head `attend_unsent` corrects a prior that follows the head `attend`: the probability of coming when
reminded, as it is served, less the share of it that the documented prior owes to the reminder. And
the uplift is not the difference of two heads, which few held-out examples would make wild: it is
p(attend | sent) times that share, drawn from the prior's towards the learned one by the number of
the held-out who came, n / (n + n0), for invitations and for attend reminders apart.
"""

from __future__ import annotations

from features.compiled import inlined
from online_models.snapshot import HeadWeights

__all__ = ["HALF_TRUST_UPLIFT", "LEAST_SHARE", "trust", "unsent_prior", "uplift_share"]

HALF_TRUST_UPLIFT = 100.0
LEAST_SHARE = 0.01


def trust(head: HeadWeights) -> tuple[float, float]:
    """Return the weight in [0, 1) of the share that the head has learned, by kind of reminder.

    >>> trust(HeadWeights([], 0.0, (1000, 0), (100, 0)))
    (0.5, 0.0)
    """
    invite, attend = head.positives
    return invite / (invite + HALF_TRUST_UPLIFT), attend / (attend + HALF_TRUST_UPLIFT)


def unsent_prior(attend: float, prior_attend: float, prior_unsent: float) -> float:
    """Return the probability of coming unreminded that is believed before anything is learned.

    Parameters
    ----------
    attend
        The served probability of coming when reminded.
    prior_attend, prior_unsent
        The documented prior's of coming when reminded, and when not.

    Examples
    --------
    >>> unsent_prior(0.02, 0.1, 0.05)
    0.01
    """
    return attend * prior_unsent / prior_attend


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
