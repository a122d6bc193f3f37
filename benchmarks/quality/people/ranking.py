"""How well scores put those who came before those who did not."""

from __future__ import annotations

import numpy as np

from online_models.arrays import Bools, Floats

__all__ = ["area_under_curve", "precision_at"]


def area_under_curve(score: Floats, came: Bools) -> float:
    """Return the area under the ROC curve, ties counted half (Mann and Whitney, 1947).

    >>> area_under_curve(np.array([3.0, 2.0, 2.0, 1.0]), np.array([True, True, False, False]))
    0.875
    """
    _, place, count = np.unique(score, return_inverse=True, return_counts=True)
    rank = (np.cumsum(count) - (count - 1) / 2)[place]
    positives = int(came.sum())
    above = rank[came].sum() - positives * (positives + 1) / 2
    return float(above / (positives * (len(came) - positives)))


def precision_at(score: Floats, came: Bools, most: int, tie: Floats) -> float:
    """Return the share that came among the `most` highest; `tie` breaks ties.

    >>> precision_at(np.array([1.0, 1.0]), np.array([True, False]), 1, np.array([0.0, 1.0]))
    1.0
    """
    return float(came[np.lexsort((tie, -score))[:most]].mean())
