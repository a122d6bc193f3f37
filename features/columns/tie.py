"""Columns: the user's tie to the host, category and content of the stream."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from features.columns.view import Columns, UserView
from features.hashing import FloatArray
from features.step_sums import products

__all__ = ["tie_columns"]


def tie_columns(view: UserView) -> Columns:
    """Return the columns of follow, reservation, affinity, declaration and content."""
    ties = view.ties
    days = ties.days_since_host_watch
    return {
        "follows_host": ties.follows.astype(np.float64),
        "reserved": ties.reserved.astype(np.float64),
        "host_affinity": ties.host_weight / (1.0 + ties.host_weight),
        "host_share": ties.host_share,
        "host_recency_1d": np.exp(-days),
        "host_recency_14d": np.exp(days / -14.0),
        "category_affinity": ties.category_weight / (1.0 + ties.category_weight),
        "category_share": ties.category_share,
        "declared_category": ties.declared.astype(np.float64),
        "declared_other": ties.declared_other.astype(np.float64),
        "co_watched": ties.co_watched,
        "segment_lift": ties.segment_lift,
        **_content(view),
    }


def _content(view: UserView) -> Columns:
    cosine, length = _cosine(view, view.context.content)
    reservers = view.context.crowd.reservers
    alike = np.zeros(len(cosine))
    if reservers:
        alike, _ = _cosine(view, np.frombuffer(reservers, np.float16).astype(np.float32))
    return {
        "content_cosine": cosine,
        "content_evidence": length / (1.0 + length),
        "reserver_cosine": alike,
    }


def _cosine(view: UserView, vector: npt.NDArray[np.float32]) -> tuple[FloatArray, FloatArray]:
    """Return float64[n] each: the cosine of a vector of unit length with what each user watched,
    and the length of that.
    """
    product, square = products(view.field("content"), view.rows["content_unit"], vector)
    length = np.sqrt(square)
    cosine = np.divide(product, length, out=np.zeros(len(length)), where=length > 1e-6)
    return np.clip(cosine, -1.0, 1.0), length
