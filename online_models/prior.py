"""What is believed before anything is learned: follow, watching, category, reservation.

The first day must be sensible, so this documented prior decides until labelled examples outvote
it (`online_models.evidence`). Each cause adds independently (noisy-or), to the chance of coming
unreminded and to what a reminder adds:

| cause | comes anyway | a reminder adds |
| --- | --- | --- |
| anybody | 0.001 | 0.003 |
| likes the category (weight w, as w / (w + 10)) | up to 0.01 | up to 0.03 |
| declared the category | 0.003 | 0.009 |
| watches hosts near this one (score s > 1, as (s - 1) / (s + 1)) | up to 0.01 | up to 0.03 |
| of a region and age band that watch the host (lift l, as l / 3) | up to 0.003 | up to 0.009 |
| watched the host (weight w, as w / (w + 4), halved each 14 days) | up to 0.12 | up to 0.15 |
| follows the host | 0.025 | 0.02 |
| has reserved | 0.35 | 0.20 |

so that a stranger gains 0.003, a declared category 0.012, a follower 0.023, a reserver 0.2.
Who has watched a host comes again: of all ties the hours spent with the host say the most, and
they go on telling people apart where a follow is a single old act (repeat consumption: Rappaz et
al., LiveRec, RecSys 2021). The levels are those of pushes in general: one in thirty is opened by
anybody, and a few times as many by those with a tie. A stream is reserved from its opened
invitation, by one in four who open it: of a hundred invited strangers one, of as many followers
three.
An invitation to a stream that the user was already invited to adds seven tenths, each time
(a reserver asked to be reminded and is not worn out by it). With personalization switched off
only follow and reservation count, and nothing wears out: no behaviour is used.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import NamedTuple

import numpy as np

from features.compiled import compiled, inlined, read_only
from features.crowd import MOST_LIFT
from online_models.arrays import Bools, Floats, Ints

__all__ = [
    "CAUSES",
    "MUTE",
    "OPEN",
    "PURCHASE",
    "RESERVE",
    "RESERVE_OF_OPEN",
    "Prior",
    "PriorInputs",
    "cause_strengths",
    "prior",
]

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
ADDS = np.array([0.03, 0.009, 0.15, 0.02, 0.20, 0.03, 0.009])
ANYWAY = np.array([0.01, 0.003, 0.12, 0.025, 0.35, 0.01, 0.003])
CATEGORY_HALF, WATCHED_HALF = 10.0, 4.0
"""The weights that count half: some four hours in a category, an hour and a half with a host."""
WATCHED_HALF_LIFE_DAYS = 14.0
FATIGUE_PER_INVITE = 0.7

# By the strongest cause: nobody's, category, watched, follows, reserved.
OPEN = np.array([0.04, 0.05, 0.08, 0.12, 0.35])
MUTE = np.array([0.003, 0.0015, 0.0015, 0.001, 0.0003])
PURCHASE = np.array([0.02, 0.03, 0.03, 0.04, 0.05])
RESERVE_OF_OPEN = 0.25
RESERVE = RESERVE_OF_OPEN * OPEN
"""Of who holds a reservation nobody asks it."""


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
    [0.023, 0.003]
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


class Prior(NamedTuple):
    """The prior's probabilities: float64[n] each, strictly between 0 and 1; uplift > 0.

    `strongest`: int64[n], the strongest cause, which `OPEN`, `MUTE` and `PURCHASE` go by.
    """

    attend: Floats
    attend_unsent: Floats
    uplift: Floats
    strongest: Ints

    @property
    def open(self) -> Floats:
        """Of opening the reminder."""
        return np.asarray(OPEN[self.strongest])

    @property
    def mute(self) -> Floats:
        """Of switching pushes off."""
        return np.asarray(MUTE[self.strongest])

    @property
    def purchase(self) -> Floats:
        """Of buying when there."""
        return np.asarray(PURCHASE[self.strongest])


def cause_strengths(inputs: PriorInputs) -> Floats:
    """Return float64[7, n]: how strongly each of `CAUSES` holds, before `ADDS` and `ANYWAY`."""
    strengths = np.empty((len(CAUSES), len(inputs)))
    _weigh_behaviour(
        read_only(inputs.category_weight),
        read_only(inputs.declared),
        read_only(inputs.host_weight),
        read_only(inputs.days_since_host_watch),
        read_only(inputs.co_watched),
        read_only(inputs.segment_lift),
        read_only(inputs.personalization),
        strengths,
    )
    strengths[3] = inputs.follows
    strengths[4] = inputs.reserved
    return strengths


@compiled
def _weigh_behaviour(
    category_weight: Floats,
    declared: Bools,
    host_weight: Floats,
    days_since_host_watch: Floats,
    co_watched: Floats,
    segment_lift: Floats,
    personal: Bools,
    strengths: Floats,
) -> None:
    """Put in how strongly the causes hold that are behaviour, or known by it."""
    for row in range(len(personal)):
        if not personal[row]:
            strengths[:3, row] = 0.0
            strengths[5:, row] = 0.0
            continue
        weight = max(category_weight[row], 0.0)
        strengths[0, row] = weight / (weight + CATEGORY_HALF)
        strengths[1, row] = declared[row]
        strengths[2, row] = 0.0
        weight = host_weight[row]
        if weight > 0.0:
            recency = np.exp2(days_since_host_watch[row] * (-1.0 / WATCHED_HALF_LIFE_DAYS))
            strengths[2, row] = weight / (weight + WATCHED_HALF) * recency
        # What many have in common by chance alone stays below a score of 1.
        strengths[5, row] = max(2.0 * co_watched[row] - 1.0, 0.0)
        strengths[6, row] = max(segment_lift[row], 0.0) / MOST_LIFT


@compiled
def _combine(
    strengths: Floats,
    reserved: Bools,
    personal: Bools,
    invites: Ints,
    out: Floats,
    strongest: Ints,
) -> None:
    """Put in float64[3, n], p(attend | sent), p(attend | not sent), uplift, and what is strongest.

    Causes combine by noisy-or: 1 − (1 − base) Π (1 − scale_i · strength_i).
    """
    for row in range(len(reserved)):
        stays_away, adds_nothing = 1.0 - ANYWAY_BASE, 1.0 - ADDS_BASE
        for cause in range(len(ADDS)):
            strength = strengths[cause, row]
            stays_away *= 1.0 - ANYWAY[cause] * strength
            adds_nothing *= 1.0 - ADDS[cause] * strength
        adds = 1.0 - adds_nothing
        if personal[row] and not reserved[row] and invites[row]:
            adds *= FATIGUE_PER_INVITE ** invites[row]
        out[0, row] = 1.0 - stays_away + adds
        out[1, row] = 1.0 - stays_away
        out[2, row] = adds
        strongest[row] = _strongest(strengths, row)


@inlined
def _strongest(strengths: Floats, row: int) -> int:
    if strengths[4, row]:
        return 4
    if strengths[3, row]:
        return 3
    if strengths[2, row] > 0.03:
        return 2
    known = strengths[0, row] > 0.1 or strengths[1, row] > 0.0 or strengths[5, row] > 0.3
    return int(known)


def prior(inputs: PriorInputs) -> Prior:
    """Return the prior's probabilities of each row of `inputs`."""
    chances, strongest = np.empty((3, len(inputs))), np.empty(len(inputs), np.int64)
    _combine(
        cause_strengths(inputs),
        read_only(inputs.reserved),
        read_only(inputs.personalization),
        read_only(inputs.invites_for_stream),
        chances,
        strongest,
    )
    return Prior(chances[0], chances[1], chances[2], strongest)
