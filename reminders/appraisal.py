"""What a reminder is worth to each user, now: features, prior and model put together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from features.design import design_of
from features.registry import FEATURE_INDEX, FEATURES
from features.row import ROW
from features.state import UserState
from features.ties import Ties, ties_of
from online_models.arrays import Bools, Floats, Ints
from online_models.prior import PriorInputs
from online_models.scoring import Scores, score
from online_models.snapshot import ModelSnapshot
from online_models.strategy import HYBRID, STRATEGIES, has_tie, hidden_features, masked
from reminders.board_stream import BoardStream
from reminders.ladder import Rung

__all__ = ["Announcement", "Appraisal", "Worth", "appraise", "worth_of"]

CHUNK_ROWS = 16_384
_OPAQUE = np.dtype((np.void, ROW.itemsize))
_DEFAULTS = np.array([feature.default for feature in FEATURES])


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
    """What a reminder is worth, by the model and by the prior alone: float64[n] each.

    `tied`: bool[n], whether the user's strategy sees any tie of theirs to the stream; without one
    it never sends.
    """

    value: Floats
    prior_value: Floats
    tied: Bools


@dataclass(frozen=True)
class Appraisal:
    """Features ``float64[n, F]`` in registry order, and scores, of `n` users.

    Values are those of each user's strategy; probabilities those of all that is known.
    """

    x: Floats
    scores: Scores
    tied: Bools

    @property
    def worth(self) -> Worth:
        """What the reminder is worth to each."""
        return Worth(self.scores.value, self.scores.prior_value, self.tied)


def appraise(
    state: UserState, about: Announcement, slots: Ints, invites: Ints, strategies: Ints
) -> Appraisal:
    """Return features and scores of the users in `slots`.

    `invites` is int64[n], how often each was invited to this stream before; `strategies` int64[n],
    places in `STRATEGIES`.
    """
    context = about.stream.context(about.popularity)
    x, ties = design_of(state, slots, context, about.rung, about.now_ms)
    inputs = _prior_inputs(ties, invites)
    scores = score(about.snapshot, x, inputs)
    return Appraisal(x, scores, _narrow(about.snapshot, scores, x, inputs, strategies))


def worth_of(
    state: UserState, about: Announcement, slots: Ints, invites: Ints, strategies: Ints
) -> Worth:
    """Return the worth alone: the same as of `appraise`, in less memory and time."""
    n = len(slots)
    worth = Worth(np.empty(n), np.empty(n), np.empty(n, np.bool_))
    untrained = all(head.positives == (0, 0) for head in about.snapshot.heads.values())
    blank = about.snapshot.for_names(())
    for start in range(0, n, CHUNK_ROWS):
        rows = slice(start, start + CHUNK_ROWS)
        if untrained:
            inputs = _prior_inputs(_ties(state, about, slots[rows]), invites[rows])
            x = np.empty((len(inputs), 0))
            scores = score(blank, x, inputs)
            tied = _narrow(blank, scores, x, inputs, strategies[rows])
        else:
            known = appraise(state, about, slots[rows], invites[rows], strategies[rows])
            scores, tied = known.scores, known.tied
        worth.value[rows], worth.prior_value[rows] = scores.value, scores.prior_value
        worth.tied[rows] = tied
    return worth


def _narrow(
    snapshot: ModelSnapshot, scores: Scores, x: Floats, inputs: PriorInputs, strategies: Ints
) -> Bools:
    """Put in the values by each user's strategy; return bool[n], who has a tie that it sees."""
    tied = np.ones(len(inputs), np.bool_)
    for code in np.unique(strategies[strategies != HYBRID]).tolist():
        strategy, rows = STRATEGIES[code], np.flatnonzero(strategies == code)
        own = inputs.take(rows)
        cosine = x[rows, FEATURE_INDEX["content_cosine"]] if x.shape[1] else None
        tied[rows] = has_tie(strategy, own, cosine)
        hidden = np.flatnonzero(hidden_features(strategy, snapshot.names))
        seen = x.T.take(rows, axis=1)
        seen[hidden] = _DEFAULTS[hidden, None]
        narrow = score(snapshot, seen.T, masked(strategy, own))
        scores.value[rows], scores.prior_value[rows] = narrow.value, narrow.prior_value
    return tied


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
