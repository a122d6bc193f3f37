"""Columns: the user's tie to the host, category and content of the stream."""

from __future__ import annotations

import numpy as np

from features.columns.view import Columns, UserView
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
        **_content(view),
    }


def _content(view: UserView) -> Columns:
    product, square = products(
        view.rows["content"], view.rows["content_unit"], view.context.content
    )
    length = np.sqrt(square)
    cosine = np.divide(product, length, out=np.zeros(len(length)), where=length > 1e-6)
    return {
        "content_cosine": np.clip(cosine, -1.0, 1.0),
        "content_evidence": length / (1.0 + length),
    }
