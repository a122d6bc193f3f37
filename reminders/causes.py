"""What made each reminder worth sending, as the columns that reasons are made of."""

from __future__ import annotations

import numpy as np

from features.registry import FEATURE_INDEX, FEATURES
from online_models.arrays import Bools, Floats
from online_models.contributions import contributions
from online_models.prior import PriorInputs
from online_models.snapshot import ModelSnapshot
from online_models.strategy import SEEN, STRATEGIES
from reminders.decision import DueGroup
from reminders.reasons import REASON_CODES

__all__ = ["causes_of"]

_DEFAULTS = np.array([feature.default for feature in FEATURES])
_SEEN = np.array(
    [
        [code not in SEEN["hybrid"] or code in SEEN[each] for code in REASON_CODES]
        for each in STRATEGIES
    ],
    np.float64,
)
"""float64[strategies, reasons]: 1 where the strategy sees the cause, else 0."""
_ALMOST_ONE = 1.0 - 1e-9
_TINY = 1e-12


def causes_of(group: DueGroup, snapshot: ModelSnapshot) -> tuple[Floats, Bools]:
    """Return what each of `REASON_CODES` added to the score, and whether it is true of the user.

    Both ``[n, len(REASON_CODES)]``. The parts are `online_models.contributions`, in log-odds:
    without the named cause the score would be lower by that much. What the user's strategy does
    not see is no reason, since it played no part.
    """
    names, parts = contributions(snapshot, group.x, _inputs(group), defaults=_DEFAULTS)
    strength = np.zeros((len(group), len(REASON_CODES)))
    for place, code in enumerate(REASON_CODES):
        if code in names:
            strength[:, place] = parts[:, names.index(code)]
    strength *= _SEEN[group.strategy]
    strength[:, REASON_CODES.index("exploring")] = group.explore
    holds = strength > 0.0
    for code, name in (("follows_host", "follows_host"), ("reserved", "reserved")):
        place = REASON_CODES.index(code)
        holds[:, place] = (_column(group, name) > 0.0) & (_SEEN[group.strategy, place] > 0.0)
    return strength, holds


def _inputs(group: DueGroup) -> PriorInputs:
    """What the prior reads, back from the features; how often one was invited is none of it."""
    recency = np.maximum(_column(group, "host_recency_14d"), _TINY)
    never = _column(group, "host_recency_14d") <= _TINY
    return PriorInputs(
        follows=_column(group, "follows_host") > 0.0,
        host_weight=_weight(_column(group, "host_affinity")),
        days_since_host_watch=np.where(never, np.inf, -14.0 * np.log(recency)),
        category_weight=_weight(_column(group, "category_affinity")),
        declared=_column(group, "declared_category") > 0.0,
        reserved=_column(group, "reserved") > 0.0,
        invites_for_stream=np.zeros(len(group), np.int64),
        personalization=group.personal,
    )


def _column(group: DueGroup, name: str) -> Floats:
    return group.x[:, FEATURE_INDEX[name]]


def _weight(affinity: Floats) -> Floats:
    """The decayed weight w from the feature w / (1 + w)."""
    bounded = np.minimum(affinity, _ALMOST_ONE)
    return np.asarray(bounded / (1.0 - bounded))
