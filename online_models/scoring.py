"""Exact scores of all users of a partition at once, from exported weights."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from scipy.special import expit

from online_models.arrays import Floats
from online_models.evidence import HALF_TRUST_UPLIFT, by_row, trust, uplift_share
from online_models.heads import HEAD_NAMES
from online_models.prior import PriorInputs, prior
from online_models.snapshot import HeadWeights, ModelSnapshot

__all__ = ["MUTE_COST", "Scores", "learned_logits", "score"]

MUTE_COST = 0.5
"""What one user lost to muting costs, in attendances brought by reminders."""

CHUNK_ROWS = 8192


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
        uplift − mute cost · p_mute, in incremental probability of attendance.
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
    return np.asarray(x @ weights + bias)


def _logit(p: Floats) -> Floats:
    return np.log(p / (1.0 - p))


def _blend(head: HeadWeights, guess: Floats, learned: Floats, inputs: PriorInputs) -> Floats:
    """Return the served probability: prior and head by evidence, then recalibrated."""
    pair = trust(head)
    if pair == (0.0, 0.0) and (head.scale, head.shift) == (1.0, 0.0):
        return guess
    before = _logit(guess)
    z = before + by_row(pair, inputs.reserved) * (learned - before)
    z *= head.scale
    z += head.shift
    return np.asarray(expit(np.where(inputs.personalization, z, before)))


def _score_chunk(
    snapshot: ModelSnapshot, logits: Floats, inputs: PriorInputs, mute_cost: float, out: Scores
) -> None:
    before = prior(inputs)
    for i, name in enumerate(HEAD_NAMES):
        out.priors[:, i] = getattr(before, name)
    blended: dict[str, Floats] = {}
    for i, name in enumerate(HEAD_NAMES):
        blended[name] = _blend(snapshot.heads[name], out.priors[:, i], logits[:, i], inputs)
    attend, share = blended["attend"], before.uplift / before.attend
    np.subtract(before.attend * share, mute_cost * before.mute, out=out.prior_value)
    pair = trust(snapshot.heads["attend_unsent"], HALF_TRUST_UPLIFT)
    if pair != (0.0, 0.0):
        weight = by_row(pair, inputs.reserved) * inputs.personalization
        share = uplift_share(share, expit(logits[:, 1]), expit(logits[:, 2]), weight)
    out.p_open[:] = blended["open"]
    out.p_attend[:] = attend
    out.p_mute[:] = blended["mute"]
    out.p_purchase[:] = blended["purchase"]
    np.multiply(attend, share, out=out.uplift)
    np.subtract(attend, out.uplift, out=out.p_attend_unsent)
    np.subtract(out.uplift, mute_cost * out.p_mute, out=out.value)


def score(
    snapshot: ModelSnapshot, x: Floats, priors: PriorInputs, *, mute_cost: float = MUTE_COST
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
    weights, bias = snapshot.folded()
    for start in range(0, n, CHUNK_ROWS):
        rows = slice(start, start + CHUNK_ROWS)
        logits = np.asarray(x[rows] @ weights + bias)
        _score_chunk(snapshot, logits, priors.take(rows), mute_cost, out[rows])
    return out
