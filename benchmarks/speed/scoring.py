"""Scoring alone: all users of a worker for one stream, from features to values."""

from __future__ import annotations

import time

import numpy as np
from msgspec import structs

from benchmarks.speed.figure import tell
from benchmarks.speed.scene import row
from features.registry import FEATURES
from online_models.prior import PriorInputs
from online_models.scoring import score
from online_models.snapshot import ModelSnapshot

__all__ = ["tell_scoring"]

RUNS = 5
CHUNK = 125_000


def tell_scoring(users: int) -> None:
    """Score `users` in blocks as large as a partition's, and tell the best run."""
    with row("scoring alone", 120, "scoring_1m_s"):
        names = tuple(feature.name for feature in FEATURES)
        snapshot = _trained(names)
        # Column by column, as `features.design` makes them.
        x = np.random.default_rng(7).random((len(names), min(users, CHUNK))).T
        inputs = PriorInputs.unknown(len(x))
        blocks = -(-users // len(x))
        seconds = []
        for _ in range(RUNS):
            began = time.perf_counter()
            for _ in range(blocks):
                score(snapshot, x, inputs)
            seconds.append(time.perf_counter() - began)
        tell("scoring_1m_s", min(seconds), "s", users=users, features=len(names))


def _trained(names: tuple[str, ...]) -> ModelSnapshot:
    """Return a model that has learned, so that no head can be left out."""
    blank = ModelSnapshot.untrained(names)
    rng = np.random.default_rng(8)
    heads = {
        name: structs.replace(
            head,
            weights=rng.normal(0.0, 0.1, len(names)).tolist(),
            examples=(100_000, 10_000),
            positives=(5_000, 1_000),
        )
        for name, head in blank.heads.items()
    }
    return structs.replace(blank, version=1, mean=[0.5] * len(names), heads=heads)
