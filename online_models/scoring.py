"""Exact scores of all users of a partition at once, from exported weights."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import NamedTuple

import numpy as np
from scipy.special import expit

from features.compiled import compiled
from online_models.arrays import Bools, Floats
from online_models.evidence import HALF_TRUST_UPLIFT, by_row, trust, uplift_share
from online_models.heads import HEAD_NAMES
from online_models.prior import PriorInputs, prior
from online_models.snapshot import ModelSnapshot

__all__ = ["MUTE_COST", "Scores", "learned_logits", "score"]

MUTE_COST = 0.5
"""What one user lost to muting costs, in attendances brought by reminders."""

CHUNK_ROWS = 8192
_CACHED_ROWS = 512


@dataclass(frozen=True)
class Scores:
    """What is expected of each user if this reminder is sent; float64[n] each.

    Attributes
    ----------
    p_open, p_attend, p_attend_unsent, p_mute, p_purchase
        Probabilities: of opening it, of coming, of coming without it, of switching pushes off,
        of buying when there.
    uplift
        p_attend − p_attend_unsent, above 0.
    value
        uplift · (1 + purchase worth · p_purchase) − mute cost · p_mute, in incremental probability
        of attendance.
    prior_value
        The same by the prior alone; equal to `value` while nothing is learned.
    priors
        float64[n, 5] in the order of `HEADS`: what the prior alone said, to log with the example.
    """

    p_open: Floats
    p_attend: Floats
    p_attend_unsent: Floats
    uplift: Floats
    p_mute: Floats
    p_purchase: Floats
    value: Floats
    prior_value: Floats
    priors: Floats

    @property
    def score(self) -> Floats:
        """The calibrated probability that this reminder brings the user in, as on the wire."""
        return self.p_attend

    def __len__(self) -> int:
        return len(self.value)

    def __getitem__(self, rows: slice) -> Scores:
        return Scores(*(getattr(self, f.name)[rows] for f in fields(self)))


def learned_logits(snapshot: ModelSnapshot, x: Floats) -> Floats:
    """Return float64[n, 5]: the log-odds of every learned head, in the order of `HEADS`.

    Equal to River's `StandardScaler | LogisticRegression` within 1e-9 in probability, as long as
    no feature's mean exceeds 1e5 of its standard deviations.
    """
    weights, bias = snapshot.folded()
    return _logits(x.T, weights, bias)


@compiled
def _logits(columns: Floats, weights: Floats, bias: Floats) -> Floats:
    """Return float64[n, H] of float64[F, n]: products by parts of the rows that stay in cache."""
    count, heads = columns.shape[1], weights.shape[1]
    logits = np.empty((count, heads))
    for first in range(0, count, _CACHED_ROWS):
        end = min(first + _CACHED_ROWS, count)
        sums = np.zeros((heads, end - first))
        for feature in range(len(columns)):
            values = columns[feature, first:end]
            for head in range(heads):
                weight, own = weights[feature, head], sums[head]
                for row in range(end - first):
                    own[row] += weight * values[row]
        for head in range(heads):
            logits[first:end, head] = sums[head] + bias[head]
    return logits


class _Blend(NamedTuple):
    """What becomes of each head's guess: float64[5] each, in the order of `HEADS`.

    `invite`, `attend`: the trust in the learned head; `scale`, `shift`: its calibration.
    `uplift`: the trust in the learned share of the uplift, for the same two kinds.
    """

    invite: Floats
    attend: Floats
    scale: Floats
    shift: Floats
    uplift: tuple[float, float]


def _blend_of(snapshot: ModelSnapshot) -> _Blend:
    heads = [snapshot.heads[name] for name in HEAD_NAMES]
    pairs = np.array([trust(head) for head in heads])
    return _Blend(
        np.ascontiguousarray(pairs[:, 0]),
        np.ascontiguousarray(pairs[:, 1]),
        np.array([head.scale for head in heads]),
        np.array([head.shift for head in heads]),
        trust(snapshot.heads["attend_unsent"], HALF_TRUST_UPLIFT),
    )


@compiled
def _serve(
    logits: Floats,
    priors: Floats,
    reserved: Bools,
    personal: Bools,
    blend: _Blend,
) -> Floats:
    """Return the served probabilities, float64[n, 5].

    Prior and head are mixed by evidence in log-odds and then recalibrated; without
    personalization the prior stays.
    """
    served = np.empty_like(priors)
    for head in range(priors.shape[1]):
        trusts = blend.invite[head], blend.attend[head]
        untouched = trusts == (0.0, 0.0) and blend.scale[head] == 1.0 and blend.shift[head] == 0.0
        for row in range(len(priors)):
            guess = priors[row, head]
            if untouched or not personal[row]:
                served[row, head] = guess
                continue
            before = np.log(guess / (1.0 - guess))
            z = before + trusts[int(reserved[row])] * (logits[row, head] - before)
            z = z * blend.scale[head] + blend.shift[head]
            served[row, head] = 1.0 / (1.0 + np.exp(-z))
    return served


class _Worths(NamedTuple):
    """What a muted user and a purchase are worth, in attendances."""

    mute: float
    purchase: float


def _score_chunk(
    blend: _Blend, logits: Floats, inputs: PriorInputs, worths: _Worths, out: Scores
) -> None:
    before = prior(inputs)
    for i, name in enumerate(HEAD_NAMES):
        out.priors[:, i] = getattr(before, name)
    served = _serve(logits, out.priors, inputs.reserved, inputs.personalization, blend)
    share = before.uplift / before.attend
    comes = before.attend * share * (1.0 + worths.purchase * before.purchase)
    np.subtract(comes, worths.mute * before.mute, out=out.prior_value)
    if blend.uplift != (0.0, 0.0):
        weight = by_row(blend.uplift, inputs.reserved) * inputs.personalization
        share = uplift_share(share, expit(logits[:, 1]), expit(logits[:, 2]), weight)
    for i, name in enumerate(HEAD_NAMES):
        if name != "attend_unsent":
            getattr(out, f"p_{name}")[:] = served[:, i]
    np.multiply(out.p_attend, share, out=out.uplift)
    np.subtract(out.p_attend, out.uplift, out=out.p_attend_unsent)
    comes = out.uplift * (1.0 + worths.purchase * out.p_purchase)
    np.subtract(comes, worths.mute * out.p_mute, out=out.value)


def score(
    snapshot: ModelSnapshot,
    x: Floats,
    priors: PriorInputs,
    *,
    mute_cost: float = MUTE_COST,
    purchase_worth: float = 0.0,
) -> Scores:
    """Return the scores of `n` users for one stream and rung.

    Parameters
    ----------
    snapshot
        The model; its features must be those of `x` (`ModelSnapshot.for_names`).
    x
        float64[n, F], finite, columns in the order of `snapshot.names`.
    priors
        `n` rows.
    mute_cost, purchase_worth
        What one user lost to muting costs, and what a purchase by one who comes is worth, in
        attendances; 0 where the stream sells nothing.

    Raises
    ------
    ValueError
        When shapes do not fit.

    Examples
    --------
    >>> snapshot = ModelSnapshot.untrained(("popularity",))
    >>> scores = score(snapshot, np.zeros((2, 1)), PriorInputs.unknown(2))
    >>> scores.uplift.round(3).tolist()
    [0.003, 0.003]
    """
    n = len(priors)
    if x.shape != (n, len(snapshot.names)):
        raise ValueError(f"features of shape {x.shape} for {n} users, {len(snapshot.names)} names")
    shapes = {"priors": (n, len(HEAD_NAMES))}
    out = Scores(**{f.name: np.empty(shapes.get(f.name, (n,))) for f in fields(Scores)})
    worths = _Worths(mute_cost, purchase_worth)
    blend, logits = _blend_of(snapshot), learned_logits(snapshot, x)
    for start in range(0, n, CHUNK_ROWS):
        rows = slice(start, start + CHUNK_ROWS)
        _score_chunk(blend, logits[rows], priors.take(rows), worths, out[rows])
    return out
