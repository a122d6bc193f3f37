"""Models that have learned something wrong, or something plain."""

from __future__ import annotations

import msgspec

from features.registry import FEATURE_NAMES
from online_models.snapshot import HeadWeights, ModelSnapshot

__all__ = ["hopeful", "hopeless"]

_SEEN = (500, 500)


def _attending(intercept: float, **weights: float) -> ModelSnapshot:
    """Return a model whose head `attend` has seen much; `weights` by feature, unscaled."""
    blank = ModelSnapshot.untrained(FEATURE_NAMES)
    row = [weights.get(name, 0.0) for name in FEATURE_NAMES]
    heads = {**blank.heads, "attend": HeadWeights(row, intercept, _SEEN, _SEEN)}
    return msgspec.structs.replace(blank, version=1, heads=heads)


def hopeless(**weights: float) -> ModelSnapshot:
    """Return a model that is sure that nobody comes, unless a feature of theirs says so."""
    return _attending(-20.0, **weights)


def hopeful(level: float = 0.0, **weights: float) -> ModelSnapshot:
    """Return a model that expects everybody to come, unless a feature of theirs says no.

    `level`: log-odds of those who have no tie.
    """
    return _attending(level, **weights)
