"""Prior and learned heads put together: the probabilities that are served, and their worth."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from features.compiled import compiled, inlined
from online_models.arrays import Bools, Floats
from online_models.evidence import opened_share, trust, uplift_share
from online_models.heads import BASE_LOGITS, HEAD_NAMES, log_odds
from online_models.prior import MUTE, OPEN, PURCHASE, RESERVE, Prior
from online_models.snapshot import ModelSnapshot

__all__ = ["COLUMNS", "Blend", "Worths", "blend_of", "serve", "serve_reserve"]

COLUMNS = ("p_open", "p_attend", "p_mute", "p_purchase", "uplift", "value", "prior_value")
"""What `serve` says of each user, in this order, before what the prior alone says."""
_P_OPEN, _P_ATTEND, _P_MUTE, _P_PURCHASE = range(4)
_UPLIFT, _VALUE, _PRIOR_VALUE = range(4, len(COLUMNS))

_OPEN, _ATTEND, _UNSENT, _MUTE, _PURCHASE, _RESERVE = range(len(HEAD_NAMES))
_PRIORS = len(COLUMNS)
_BASE = np.array(BASE_LOGITS)

# The logarithms of the few probabilities there are of these, taken once.
_OPEN_ODDS, _MUTE_ODDS, _PURCHASE_ODDS = log_odds(OPEN), log_odds(MUTE), log_odds(PURCHASE)
_RESERVE_ODDS = log_odds(RESERVE)


class Blend(NamedTuple):
    """What becomes of each head's guess: one entry each, in the order of `HEADS`.

    `learned`: bool[6], whether it has learned anything; `prior`: what the prior's log-odds above
    the base rate's weigh, `scale`, `shift`: the recalibration, float64[6]. `uplift`: the trust in
    the learned share of the uplift, for invitations and for reminders to attend. `told`: whether
    openings are reported; `level`: the log-odds of the head `open` where all features are average.
    """

    learned: Bools
    prior: Floats
    scale: Floats
    shift: Floats
    uplift: tuple[float, float]
    told: bool
    level: float


class Worths(NamedTuple):
    """What a muted user and a purchase are worth, in attendances."""

    mute: float
    purchase: float


def blend_of(snapshot: ModelSnapshot) -> Blend:
    """Return what becomes of the guesses of the heads of a model."""
    heads = [snapshot.heads[name] for name in HEAD_NAMES]
    return Blend(
        np.array([head.learned for head in heads]),
        np.array([head.prior for head in heads]),
        np.array([head.scale for head in heads]),
        np.array([head.shift for head in heads]),
        trust(snapshot.heads["attend_unsent"]),
        any(snapshot.heads["open"].positives),
        snapshot.heads["open"].intercept,
    )


@inlined
def _served(guess: float, odds: float, logit: float, head: int, blend: Blend) -> float:
    """Correct the prior (`odds`: its log-odds) by what was learned (`logit`), and recalibrate."""
    if not blend.learned[head]:
        return guess
    z = logit + blend.prior[head] * (odds - _BASE[head])
    return 1.0 / (1.0 + math.exp(-(z * blend.scale[head] + blend.shift[head])))


@inlined
def _value(adds: float, buys: float, mutes: float, worths: Worths) -> float:
    """Return what a reminder is worth without the reservation, in incremental attendances."""
    return adds * (1.0 + worths.purchase * buys) - worths.mute * mutes


@compiled
def serve(
    logits: Floats,
    before: Prior,
    reserved: Bools,
    personal: Bools,
    blend: Blend,
    worths: Worths,
    out: Floats,
    first: int,
) -> None:
    """Put in float64[12, …] what is expected of n users: `COLUMNS`, then the five priors to log.

    Without personalization the prior stays. Where the learned share of the uplift is not trusted
    at all, the prior's stays, as far as each opens reminders.

    Parameters
    ----------
    logits
        float64[≥ 5, n]: the log-odds of the learned heads, in the order of `HEADS`.
    reserved, personal
        bool[n]: holds a reservation; consents to personalization.
    first
        The place of the first user in `out`.
    """
    for row in range(len(reserved)):
        place = first + row
        kind, cause = int(reserved[row]), before.strongest[row]
        opens, mutes, buys = OPEN[cause], MUTE[cause], PURCHASE[cause]
        comes, adds = before.attend[row], before.uplift[row]
        out[_PRIORS + _OPEN, place] = opens
        out[_PRIORS + _ATTEND, place] = comes
        out[_PRIORS + _UNSENT, place] = before.attend_unsent[row]
        out[_PRIORS + _MUTE, place] = mutes
        out[_PRIORS + _PURCHASE, place] = buys
        out[_PRIOR_VALUE, place] = _value(adds, buys, mutes, worths)
        share = adds / comes
        if personal[row]:
            odds = np.log(comes / (1.0 - comes))
            comes = _served(comes, odds, logits[_ATTEND, row], _ATTEND, blend)
            opens = _served(opens, _OPEN_ODDS[cause], logits[_OPEN, row], _OPEN, blend)
            mutes = _served(mutes, _MUTE_ODDS[cause], logits[_MUTE, row], _MUTE, blend)
            said = logits[_PURCHASE, row]
            buys = _served(buys, _PURCHASE_ODDS[cause], said, _PURCHASE, blend)
            if blend.told:
                contrast = logits[_OPEN, row] - blend.level
                share = opened_share(before.attend_unsent[row], adds, contrast)
            weight = blend.uplift[1] if kind else blend.uplift[0]
            if weight > 0.0:
                anyway = comes * (1.0 - share)
                odds = math.log(anyway / (1.0 - anyway))
                anyway = _served(anyway, odds, logits[_UNSENT, row], _UNSENT, blend)
                share = uplift_share(share, comes, anyway, weight)
        adds = comes * share
        out[_P_OPEN, place] = opens
        out[_P_ATTEND, place] = comes
        out[_P_MUTE, place] = mutes
        out[_P_PURCHASE, place] = buys
        out[_UPLIFT, place] = adds
        out[_VALUE, place] = _value(adds, buys, mutes, worths)


@compiled
def serve_reserve(
    logits: Floats,
    before: Prior,
    reserved: Bools,
    personal: Bools,
    blend: Blend,
    out: Floats,
    first: int,
) -> None:
    """Put in float64[2, …] each user's chance of reserving: as served, and by the prior alone.

    0 for who holds a reservation. Arguments are those of `serve`; `logits` are of all heads.
    """
    for row in range(len(reserved)):
        place, cause = first + row, before.strongest[row]
        believed = 0.0 if reserved[row] else RESERVE[cause]
        out[0, place], out[1, place] = believed, believed
        if personal[row] and not reserved[row]:
            odds, said = _RESERVE_ODDS[cause], logits[_RESERVE, row]
            out[0, place] = _served(believed, odds, said, _RESERVE, blend)
