"""Strategies: which causes may score a person for a stream, so that they can be compared.

A strategy hides what it does not see: to it everybody is a stranger in that respect. Who has
reserved is seen by all of them, and so is what is no tie to the stream: time, presence, weariness.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Literal, get_args

import numpy as np

from online_models.arrays import Bools, Floats
from online_models.contributions import FEATURE_GROUPS
from online_models.prior import PriorInputs, cause_strengths

__all__ = ["HYBRID", "SEEN", "STRATEGIES", "Strategy", "has_tie", "hidden_features", "masked"]

Strategy = Literal["hybrid", "follow", "cf", "content"]
STRATEGIES: tuple[Strategy, ...] = get_args(Strategy)
HYBRID = STRATEGIES.index("hybrid")

_CONTENT = frozenset({"category_interest", "declared_interest", "similar_content"})
_CF = frozenset({"watched_host", "co_watched", "reserved_by_similar"})
_FOLLOW = frozenset({"follows_host"})
_TIES = _FOLLOW | _CF | _CONTENT | {"popular_nearby"}

SEEN: Mapping[Strategy, frozenset[str]] = MappingProxyType(
    {"hybrid": _TIES, "follow": _FOLLOW, "cf": _CF, "content": _CONTENT}
)
"""The groups of causes that a strategy sees, named as reasons are on the wire."""


def hidden_features(strategy: Strategy, names: tuple[str, ...]) -> Bools:
    """Return bool[F]: which of the features `names` are ties that the strategy does not see.

    >>> hidden_features("follow", ("follows_host", "host_affinity", "tenure")).tolist()
    [False, True, False]
    """
    hidden = _TIES - SEEN[strategy]
    return np.array([FEATURE_GROUPS.get(name) in hidden for name in names], np.bool_)


def masked(strategy: Strategy, inputs: PriorInputs) -> PriorInputs:
    """Return what is left of the prior's inputs for a strategy.

    >>> fan = replace(PriorInputs.unknown(1), follows=np.array([True]))
    >>> masked("content", fan).follows.tolist(), masked("follow", fan).follows.tolist()
    ([False], [True])
    """
    seen, nobody = SEEN[strategy], PriorInputs.unknown(len(inputs))
    by_group = {
        "follows_host": ("follows",),
        "watched_host": ("host_weight", "days_since_host_watch"),
        "category_interest": ("category_weight",),
        "declared_interest": ("declared",),
        "co_watched": ("co_watched",),
        "popular_nearby": ("segment_lift",),
    }
    gone = [name for group, names in by_group.items() if group not in seen for name in names]
    return replace(inputs, **{name: getattr(nobody, name) for name in gone})


def has_tie(strategy: Strategy, inputs: PriorInputs, cosine: Floats | None) -> Bools:
    """Return bool[n]: who has a tie to the stream that the strategy sees, or has reserved it.

    `cosine` is the similarity of content, float64[n], where it is known. To `hybrid` everybody
    may be worth something.
    """
    if strategy == "hybrid":
        return np.ones(len(inputs), np.bool_)
    tied = np.asarray((cause_strengths(masked(strategy, inputs)) > 0.0).any(axis=0))
    if cosine is not None and "similar_content" in SEEN[strategy]:
        tied |= cosine > 0.0
    return tied
