"""What is believed before anything is learned: follow, watching, category, reservation.

The first day must be sensible, so this documented prior decides until labelled examples outvote
it (`online_models.evidence`). Each cause adds independently (noisy-or), to the chance of coming
unreminded and to what a reminder adds:

| cause | comes anyway | a reminder adds |
| --- | --- | --- |
| anybody | 0.001 | 0.003 |
| likes the category (weight w, as w / (w + 1)) | up to 0.003 | up to 0.009 |
| declared the category | 0.003 | 0.009 |
| watches hosts near this one (score s > 1, as (s - 1) / (s + 1)) | up to 0.01 | up to 0.03 |
| of a region and age band that watch the host (lift l, as l / 3) | up to 0.003 | up to 0.009 |
| watched the host (weight w, halved each 14 days) | 0.03 to 0.10 | 0.03 to 0.10 |
| follows the host | 0.05 | 0.077 |
| has reserved | 0.35 | 0.20 |

so that a stranger gains 0.003, a declared category 0.012, a follower 0.08, a reserver 0.2.
An invitation to a stream that the user was already invited to adds half as much, each time
(a reserver asked to be reminded and is not worn out by it). With personalization switched off
only follow and reservation count, and nothing wears out: no behaviour is used.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from features.crowd import MOST_LIFT
from online_models.arrays import Bools, Floats, Ints

__all__ = ["CAUSES", "Prior", "PriorInputs", "cause_strengths", "prior"]

CAUSES: tuple[str, ...] = (
    "category",
    "declared",
    "watched",
    "follows",
    "reserved",
    "co_watched",
    "segment",
)
ADDS_BASE, ANYWAY_BASE = 0.003, 0.001
ADDS = np.array([0.009, 0.009, 1.0, 0.077, 0.20, 0.03, 0.009])
ANYWAY = np.array([0.003, 0.003, 1.0, 0.05, 0.35, 0.01, 0.003])
WATCHED_LEAST, WATCHED_MORE, WATCHED_HALF_LIFE_DAYS = 0.03, 0.07, 14.0
FATIGUE_PER_INVITE = 0.5

# By the strongest cause: nobody's, category, watched, follows, reserved.
OPEN = np.array([0.04, 0.05, 0.08, 0.12, 0.35])
MUTE = np.array([0.003, 0.0015, 0.0015, 0.001, 0.0003])
PURCHASE = np.array([0.02, 0.03, 0.03, 0.04, 0.05])


@dataclass(frozen=True)
class PriorInputs:
    """What the prior looks at, one row a user, all for the same stream.

    Attributes
    ----------
    follows, declared, reserved
        bool[n]: follows the host; declared its category; holds a reservation.
    host_weight, category_weight
        float64[n] ≥ 0: decayed affinities.
    co_watched
        float64[n] in [0, 1): how near the user's hosts are to this one.
    segment_lift
        float64[n] within ±3: the host's popularity in the user's region and age band.
    days_since_host_watch
        float64[n] ≥ 0, inf when never.
    invites_for_stream
        int64[n]: invitations to this stream already sent.
    personalization
        bool[n]: consent.personalization.

    Examples
    --------
    >>> from dataclasses import replace
    >>> fans = replace(PriorInputs.unknown(2), follows=np.array([True, False]))
    >>> prior(fans).uplift.round(3).tolist()
    [0.08, 0.003]
    """

    follows: Bools
    host_weight: Floats
    days_since_host_watch: Floats
    category_weight: Floats
    declared: Bools
    reserved: Bools
    invites_for_stream: Ints
    personalization: Bools
    co_watched: Floats
    segment_lift: Floats

    def __len__(self) -> int:
        return len(self.follows)

    @classmethod
    def unknown(cls, n: int) -> PriorInputs:
        """Return `n` rows of people about whom nothing is known."""
        no, zero = np.zeros(n, np.bool_), np.zeros(n)
        return cls(
            follows=no,
            host_weight=zero,
            days_since_host_watch=np.full(n, np.inf),
            category_weight=zero,
            co_watched=zero,
            segment_lift=zero,
            declared=no,
            reserved=no,
            invites_for_stream=np.zeros(n, np.int64),
            personalization=np.ones(n, np.bool_),
        )

    def take(self, rows: Ints | slice) -> PriorInputs:
        """Return the given rows."""
        return PriorInputs(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})


@dataclass(frozen=True)
class Prior:
    """The prior's probabilities: float64[n] each, strictly between 0 and 1; uplift > 0."""

    open: Floats
    attend: Floats
    attend_unsent: Floats
    uplift: Floats
    mute: Floats
    purchase: Floats


def _watched(inputs: PriorInputs) -> Floats:
    weight = np.maximum(inputs.host_weight, 0.0)
    recency = np.exp2(inputs.days_since_host_watch * (-1.0 / WATCHED_HALF_LIFE_DAYS))
    return (WATCHED_LEAST + WATCHED_MORE * weight / (weight + 1.0)) * recency


def cause_strengths(inputs: PriorInputs) -> Floats:
    """Return float64[7, n]: how strongly each of `CAUSES` holds, before `ADDS` and `ANYWAY`."""
    behaviour = inputs.personalization
    weight = np.maximum(inputs.category_weight, 0.0)
    strengths = np.empty((len(CAUSES), len(inputs)))
    strengths[0] = weight / (weight + 1.0)
    strengths[1] = inputs.declared
    strengths[2] = _watched(inputs)
    strengths[:3] *= behaviour
    strengths[3] = inputs.follows
    strengths[4] = inputs.reserved
    # What many have in common by chance alone stays below a score of 1.
    strengths[5] = np.maximum(2.0 * inputs.co_watched - 1.0, 0.0) * behaviour
    strengths[6] = np.maximum(inputs.segment_lift, 0.0) * behaviour / MOST_LIFT
    return strengths


def _noisy_or(base: float, scale: Floats, strengths: Floats) -> Floats:
    """Return 1 − (1 − base) Π (1 − scale_i · strength_i)."""
    rest = np.full(strengths.shape[1], 1.0 - base)
    for factor, strength in zip(scale.tolist(), strengths, strict=True):
        rest *= 1.0 - factor * strength
    return 1.0 - rest


def _fatigue(inputs: PriorInputs) -> Floats:
    fresh = inputs.reserved | ~inputs.personalization
    invites: Ints = np.where(fresh, 0, inputs.invites_for_stream)
    if not invites.any():
        return np.ones(len(invites))
    return np.power(FATIGUE_PER_INVITE, invites.astype(np.float64))


def prior(inputs: PriorInputs) -> Prior:
    """Return the prior's probabilities of each row of `inputs`."""
    strengths = cause_strengths(inputs)
    anyway = _noisy_or(ANYWAY_BASE, ANYWAY, strengths)
    uplift = _noisy_or(ADDS_BASE, ADDS, strengths) * _fatigue(inputs)
    strongest = np.zeros(len(inputs), np.int64)
    strongest[(strengths[0] > 0.1) | (strengths[1] > 0.0) | (strengths[5] > 0.3)] = 1
    strongest[strengths[2] > ADDS_BASE] = 2
    strongest[inputs.follows] = 3
    strongest[inputs.reserved] = 4
    return Prior(
        open=OPEN[strongest],
        attend=anyway + uplift,
        attend_unsent=anyway,
        uplift=uplift,
        mute=MUTE[strongest],
        purchase=PURCHASE[strongest],
    )
