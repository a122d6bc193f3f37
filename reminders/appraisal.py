"""What a reminder is worth to each user, now: features, prior and model put together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from features.crowd import Crowd
from features.design import design_of
from features.hashing import U64Array
from features.opaque import take_structs
from features.registry import FEATURE_INDEX, FEATURES
from features.state import UserState
from features.stream_context import StreamContext
from features.ties import Ties, ties_of
from online_models.arrays import Bools, Floats, Ints
from online_models.neighbourhood import Neighbourhood
from online_models.prior import PriorInputs
from online_models.scoring import Scores, score
from online_models.snapshot import ModelSnapshot
from online_models.strategy import HYBRID, STRATEGIES, has_tie, hidden_features, masked
from reminders.board_stream import BoardStream
from reminders.ladder import Rung
from reminders.settings import DecisionSettings

__all__ = ["Announcement", "Appraisal", "Worth", "appraise", "revalue", "worth_of"]

CHUNK_ROWS = 12_000
_DEFAULTS = np.array([feature.default for feature in FEATURES])


@dataclass(frozen=True)
class Announcement:
    """One stream on one rung, looked at with one model at one moment (`now_ms`, epoch ms).

    `crowd`: what other users do with it, as of when it was planned; `near`: what binds its host
    to others, None where nothing is known to; `kept`: how much reminders on the rung bring, as
    against those of all rungs (`reminders.retention`); `surprise`: how much better its host's
    reminders may be than they seem (`reminders.newcomers`), None where nothing is tried;
    `prior_bar`: what the prior must say of an invitation that is tried for its sake
    (`reminders.trials`), None: more than the price.
    """

    stream: BoardStream
    crowd: Crowd
    rung: Rung
    snapshot: ModelSnapshot
    now_ms: int
    settings: DecisionSettings
    near: Neighbourhood | None = None
    kept: float = 1.0
    surprise: Floats | None = None
    prior_bar: float | None = None

    @property
    def context(self) -> StreamContext:
        """What the models see of the stream."""
        return self.stream.context(self.crowd, self.near)

    def score(self, snapshot: ModelSnapshot, x: Floats, inputs: PriorInputs) -> Scores:
        """Return the scores of users by a model, at what this stream's outcomes are worth."""
        settings, sells = self.settings, bool(self.stream.record.products)
        return score(
            snapshot,
            x,
            inputs,
            purchase_worth=settings.purchase_worth if sells else 0.0,
            reserve_worth=settings.reserve_worth,
        )

    def strategies(self, user_h: U64Array) -> Ints:
        """Return int64[n], places in `STRATEGIES`: what scores each user."""
        settings = self.settings
        return settings.cohorts.strategies(settings.seed, self.stream.record.strategy, user_h)


class Worth(NamedTuple):
    """What a reminder is worth, by the model and by the prior alone: float64[n] each.

    `tied`: bool[n], whether the user's strategy sees any tie of theirs to the stream; without one
    it never sends.
    """

    value: Floats
    prior_value: Floats
    tied: Bools

    def take(self, rows: Ints) -> Worth:
        """Return the given users'."""
        return Worth(self.value[rows], self.prior_value[rows], self.tied[rows])


@dataclass(frozen=True)
class Appraisal:
    """Features ``float64[n, F]`` in registry order, and scores, of `n` users.

    Values are those of each user's strategy (`strategies`, int64[n], places in `STRATEGIES`);
    probabilities those of all that is known.
    """

    x: Floats
    scores: Scores
    tied: Bools
    strategies: Ints

    @property
    def worth(self) -> Worth:
        """What the reminder is worth to each."""
        return Worth(self.scores.value, self.scores.prior_value, self.tied)


def appraise(state: UserState, about: Announcement, slots: Ints, invites: Ints) -> Appraisal:
    """Return features and scores of the users in `slots`.

    `invites` is int64[n], how often each was invited to this stream before.
    """
    x, ties = design_of(state, slots, about.context, about.rung, about.now_ms)
    strategies = about.strategies(state.users.rows["user_h"][slots])
    return revalue(about, x, _prior_inputs(ties, invites), strategies)


def revalue(about: Announcement, x: Floats, inputs: PriorInputs, strategies: Ints) -> Appraisal:
    """Return the appraisal of users with these features, float64[n, F], whoever they are."""
    scores = about.score(about.snapshot, x, inputs)
    tied = _narrow(about, about.snapshot, scores, x, inputs, strategies)
    return Appraisal(x, scores, tied, strategies)


def worth_of(state: UserState, about: Announcement, slots: Ints, invites: Ints) -> Worth:
    """Return the worth alone: the same as of `appraise`, in less memory and time."""
    n = len(slots)
    worth = Worth(np.empty(n), np.empty(n), np.empty(n, np.bool_))
    untrained = not any(head.learned for head in about.snapshot.heads.values())
    known = _prior_worth if untrained else _learned_worth
    for start in range(0, n, CHUNK_ROWS):
        rows = slice(start, start + CHUNK_ROWS)
        part = known(state, about, slots[rows], invites[rows])
        for column, own in zip(worth, part, strict=True):
            column[rows] = own
    return worth


def _learned_worth(state: UserState, about: Announcement, slots: Ints, invites: Ints) -> Worth:
    return appraise(state, about, slots, invites).worth


def _prior_worth(state: UserState, about: Announcement, slots: Ints, invites: Ints) -> Worth:
    """Return the worth under a model that has learned nothing, which looks at no feature."""
    inputs = _prior_inputs(_ties(state, about, slots), invites)
    blank, x = about.snapshot.for_names(()), np.empty((len(inputs), 0))
    scores = about.score(blank, x, inputs)
    strategies = about.strategies(state.users.rows["user_h"][slots])
    tied = _narrow(about, blank, scores, x, inputs, strategies)
    return Worth(scores.value, scores.prior_value, tied)


def _narrow(
    about: Announcement,
    snapshot: ModelSnapshot,
    scores: Scores,
    x: Floats,
    inputs: PriorInputs,
    strategies: Ints,
) -> Bools:
    """Put in the values by each user's strategy and on the rung.

    Return bool[n], who has a tie that the strategy sees.
    """
    tied = np.ones(len(inputs), np.bool_)
    for code in np.unique(strategies[strategies != HYBRID]).tolist():
        strategy, rows = STRATEGIES[code], np.flatnonzero(strategies == code)
        own = inputs.take(rows)
        cosine = x[rows, FEATURE_INDEX["content_cosine"]] if x.shape[1] else None
        tied[rows] = has_tie(strategy, own, cosine)
        hidden = np.flatnonzero(hidden_features(strategy, snapshot.names))
        seen = x.T.take(rows, axis=1)
        seen[hidden] = _DEFAULTS[hidden, None]
        left = masked(strategy, own)
        narrow = about.score(snapshot, seen.T, left)
        scores.value[rows], scores.prior_value[rows] = narrow.value, narrow.prior_value
    if about.kept != 1.0:
        for values in (scores.value, scores.prior_value):
            values[values > 0.0] *= about.kept
    return tied


def _ties(state: UserState, about: Announcement, slots: Ints) -> Ties:
    rows = take_structs(state.users.rows, slots)
    return ties_of(state, rows, slots, about.context, about.now_ms)


def _prior_inputs(ties: Ties, invites: Ints) -> PriorInputs:
    return PriorInputs(
        follows=ties.follows,
        host_weight=ties.host_weight,
        days_since_host_watch=ties.days_since_host_watch,
        category_weight=ties.category_weight,
        co_watched=ties.co_watched,
        segment_lift=ties.segment_lift,
        declared=ties.declared,
        reserved=ties.reserved,
        invites_for_stream=invites,
        personalization=ties.personalization,
    )
