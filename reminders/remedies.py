"""What would lift a reminder's value over its price: one change of the user's at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from features.registry import FEATURE_INDEX
from online_models.arrays import Bools, Floats, Ints
from reminders.appraisal import Announcement, Appraisal, revalue
from reminders.causes import inputs_from

__all__ = ["CHANGES", "remedies"]

_WATCHED = 2.0
"""The weight of a tie after about two hours of watching."""


def _at_start(x: Floats) -> float:
    return float(x[0, FEATURE_INDEX["activity_start"]])


def _follow(x: Floats) -> Mapping[str, float]:
    return {"follows_host": 1.0, "tie_activity_start": _at_start(x)}


def _reserve(_x: Floats) -> Mapping[str, float]:
    return {"reserved": 1.0}


def _watch(x: Floats) -> Mapping[str, float]:
    return {
        "host_affinity": max(_WATCHED / (1.0 + _WATCHED), x[0, FEATURE_INDEX["host_affinity"]]),
        "host_recency_1d": 1.0,
        "host_recency_14d": 1.0,
        "tie_activity_start": _at_start(x),
    }


def _declare(_x: Floats) -> Mapping[str, float]:
    return {"declared_category": 1.0, "declared_other": 0.0}


CHANGES: Mapping[str, tuple[str, Callable[[Floats], Mapping[str, float]]]] = MappingProxyType(
    {
        "reserve": ("a reservation of the stream", _reserve),
        "follow": ("a follow of the host", _follow),
        "watch": ("two hours with the host now", _watch),
        "declare": ("the category in the profile", _declare),
    }
)
"""By name: in words, and the features that would be other then."""


def remedies(
    about: Announcement, appraisal: Appraisal, personal: Bools, invites: Ints, price: float
) -> dict[str, float]:
    """Return the changes that alone would do for the one user appraised, and the value then.

    What the user's strategy does not see does not help. `personal` bool[1], `invites` int64[1].
    """
    found: dict[str, float] = {}
    for name, (_, change) in CHANGES.items():
        if name == "declare" and about.context.category_h == 0:
            continue
        x = appraisal.x.copy()
        for feature, value in change(appraisal.x).items():
            x[0, FEATURE_INDEX[feature]] = value
        inputs = replace(inputs_from(x, personal), invites_for_stream=invites)
        then = revalue(about, x, inputs, appraisal.strategies)
        if then.tied[0] and then.scores.value[0] > price:
            found[name] = float(then.scores.value[0])
    return found
