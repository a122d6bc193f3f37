"""What a reminder is worth to each user, now: features, prior and model put together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from features.design import design_of
from features.row import ROW
from features.state import UserState
from features.ties import Ties, ties_of
from online_models.arrays import Floats, Ints
from online_models.prior import PriorInputs
from online_models.scoring import Scores, score
from online_models.snapshot import ModelSnapshot
from reminders.board_stream import BoardStream
from reminders.ladder import Rung

__all__ = ["Announcement", "Appraisal", "Worth", "appraise", "worth_of"]

CHUNK_ROWS = 16_384
_OPAQUE = np.dtype((np.void, ROW.itemsize))


@dataclass(frozen=True)
class Announcement:
    """One stream on one rung, looked at with one model at one moment (`now_ms`, epoch ms).

    `popularity`: of the host, as `features.popularity` measures it.
    """

    stream: BoardStream
    popularity: float
    rung: Rung
    snapshot: ModelSnapshot
    now_ms: int


class Worth(NamedTuple):
    """What a reminder is worth, by the model and by the prior alone: float64[n] each."""

    value: Floats
    prior_value: Floats


@dataclass(frozen=True)
class Appraisal:
    """Features ``float64[n, F]`` in registry order, and scores, of `n` users."""

    x: Floats
    scores: Scores

    @property
    def worth(self) -> Worth:
        """What the reminder is worth to each."""
        return Worth(self.scores.value, self.scores.prior_value)


def appraise(state: UserState, about: Announcement, slots: Ints, invites: Ints) -> Appraisal:
    """Return features and scores of the users in `slots`.

    `invites` is int64[n], how often each was invited to this stream before.
    """
    context = about.stream.context(about.popularity)
    x, ties = design_of(state, slots, context, about.rung, about.now_ms)
    return Appraisal(x, score(about.snapshot, x, _prior_inputs(ties, invites)))


def worth_of(state: UserState, about: Announcement, slots: Ints, invites: Ints) -> Worth:
    """Return the worth alone: the same as of `appraise`, in less memory and time."""
    worth = Worth(np.empty(len(slots)), np.empty(len(slots)))
    untrained = all(head.positives == (0, 0) for head in about.snapshot.heads.values())
    blank = about.snapshot.for_names(())
    for start in range(0, len(slots), CHUNK_ROWS):
        rows = slice(start, start + CHUNK_ROWS)
        if untrained:
            inputs = _prior_inputs(_ties(state, about, slots[rows]), invites[rows])
            scores = score(blank, np.empty((len(inputs), 0)), inputs)
        else:
            scores = appraise(state, about, slots[rows], invites[rows]).scores
        worth.value[rows], worth.prior_value[rows] = scores.value, scores.prior_value
    return worth


def _ties(state: UserState, about: Announcement, slots: Ints) -> Ties:
    rows = state.users.rows.view(_OPAQUE).take(slots).view(ROW)
    return ties_of(state, rows, slots, about.stream.context(about.popularity), about.now_ms)


def _prior_inputs(ties: Ties, invites: Ints) -> PriorInputs:
    return PriorInputs(
        follows=ties.follows,
        host_weight=ties.host_weight,
        days_since_host_watch=ties.days_since_host_watch,
        category_weight=ties.category_weight,
        declared=ties.declared,
        reserved=ties.reserved,
        invites_for_stream=invites,
        personalization=ties.personalization,
    )
