"""Exact scores of all users of a partition at once, from exported weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from features.compiled import compiled, read_only
from online_models.arrays import Floats
from online_models.heads import HEAD_NAMES, PRIOR_NAMES
from online_models.prior import PriorInputs, prior
from online_models.serving import COLUMNS, Worths, blend_of, serve, serve_reserve
from online_models.snapshot import ModelSnapshot

__all__ = ["MUTE_COST", "Scores", "learned_logits", "score"]

MUTE_COST = 0.5
"""What one user lost to muting costs, in attendances brought by reminders."""

CHUNK_ROWS = 4096
_CACHED_ROWS = 512


@dataclass(frozen=True)
class Scores:
    """What is expected of each user if this reminder is sent; float64[n] each.

    Attributes
    ----------
    p_open, p_attend, p_mute, p_purchase
        Probabilities: of opening it, of coming, of switching pushes off, of buying when there.
    uplift
        What the reminder adds to the probability of coming, above 0.
    value
        uplift · (1 + purchase worth · p_purchase) + reserve worth · p_reserve − mute cost · p_mute,
        in incremental probability of attendance.
    prior_value
        The same by the prior alone; equal to `value` while nothing is learned.
    priors
        float64[n, 5] in the order of `PRIOR_NAMES`: what the prior alone said, to log with the
        example.
    p_reserve
        The probability of reserving the stream for having been sent this; 0 for who holds a
        reservation, and of everybody where a reservation is worth nothing: it is not asked then.
    """

    p_open: Floats
    p_attend: Floats
    p_mute: Floats
    p_purchase: Floats
    uplift: Floats
    value: Floats
    prior_value: Floats
    priors: Floats
    p_reserve: Floats

    @property
    def score(self) -> Floats:
        """The calibrated probability that this reminder brings the user in, as on the wire."""
        return self.p_attend

    @property
    def p_attend_unsent(self) -> Floats:
        """The probability of coming without the reminder."""
        return self.p_attend - self.uplift

    def __len__(self) -> int:
        return len(self.value)


def learned_logits(snapshot: ModelSnapshot, x: Floats) -> Floats:
    """Return float64[n, 6]: the log-odds of every learned head, in the order of `HEADS`.

    Equal to what the River models say one by one within 1e-9 in probability, as long as no
    feature's mean exceeds 1e5 of its standard deviations.
    """
    return _logits(x.T, *snapshot.folded(), 0, len(x)).T


@compiled
def _logits(columns: Floats, weights: Floats, bias: Floats, first: int, end: int) -> Floats:
    """Return float64[H, end - first] of float64[F, n]: products by parts that stay in cache.

    Four features at once: the sums are read and written a fourth as often.
    """
    heads, by_four = weights.shape[1], len(columns) // 4 * 4
    logits = np.empty((heads, end - first))
    for start in range(first, end, _CACHED_ROWS):
        stop = min(start + _CACHED_ROWS, end)
        sums = logits[:, start - first : stop - first]
        for head in range(heads):
            sums[head] = bias[head]
        for feature in range(0, by_four, 4):
            a, b = columns[feature, start:stop], columns[feature + 1, start:stop]
            c, d = columns[feature + 2, start:stop], columns[feature + 3, start:stop]
            for head in range(heads):
                by_a, by_b = weights[feature, head], weights[feature + 1, head]
                by_c, by_d = weights[feature + 2, head], weights[feature + 3, head]
                own = sums[head]
                for row in range(stop - start):
                    own[row] += (by_a * a[row] + by_b * b[row]) + (by_c * c[row] + by_d * d[row])
        for feature in range(by_four, len(columns)):
            values = columns[feature, start:stop]
            for head in range(heads):
                weight, own = weights[feature, head], sums[head]
                for row in range(stop - start):
                    own[row] += weight * values[row]
    return logits


def score(
    snapshot: ModelSnapshot,
    x: Floats,
    priors: PriorInputs,
    *,
    mute_cost: float = MUTE_COST,
    purchase_worth: float = 0.0,
    reserve_worth: float = 0.0,
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
    mute_cost, purchase_worth, reserve_worth
        What one user lost to muting costs, what a purchase by one who comes is worth (0 where the
        stream sells nothing), and what a reservation is worth beyond the visit that it may bring,
        in attendances.

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
    # One piece of memory: many large ones are given back at once, and come anew with empty pages.
    out = np.empty((len(COLUMNS) + len(PRIOR_NAMES), n))
    blend, worths = blend_of(snapshot), Worths(mute_cost, purchase_worth)
    reserves = np.empty((2, n)) if reserve_worth > 0.0 else None
    asked = PRIOR_NAMES if reserves is None else HEAD_NAMES
    columns, (weights, bias) = x.T, snapshot.folded(asked)
    for start in range(0, n, CHUNK_ROWS):
        end = min(start + CHUNK_ROWS, n)
        logits, own = _logits(columns, weights, bias, start, end), priors.take(slice(start, end))
        reserved, personal = read_only(own.reserved), read_only(own.personalization)
        users = logits, prior(own), reserved, personal, blend
        serve(*users, worths, out, start)
        if reserves is not None:
            serve_reserve(*users, reserves, start)
    found = dict(zip(COLUMNS, out, strict=False))
    p_reserve: Floats = np.broadcast_to(0.0, n)
    if reserves is not None:
        p_reserve, by_prior = reserves
        found["value"] += reserve_worth * p_reserve
        found["prior_value"] += reserve_worth * by_prior
    return Scores(**found, priors=out[len(COLUMNS) :].T, p_reserve=p_reserve)
