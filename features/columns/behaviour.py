"""Columns: what the user does, whatever the stream."""

from __future__ import annotations

import numpy as np

from features.columns.view import Columns, UserView, log_scaled
from features.decay import AFFINITY_HALF_LIFE_DAYS, decay
from features.row import COUNT_CODE, HALF_LIVES_DAYS

__all__ = ["behaviour_columns"]

_COUNTS: dict[str, tuple[float, tuple[str, ...]]] = {
    "watch_1d": (1.0, ("enter", "watch")),
    "watch_7d": (7.0, ("enter", "watch")),
    "watch_30d": (30.0, ("enter", "watch")),
    "app_open_7d": (7.0, ("app_open",)),
    "engage_7d": (7.0, ("like", "comment", "share")),
    "gift_30d": (30.0, ("gift",)),
    "browse_7d": (7.0, ("search", "product_view", "cart_add")),
    "purchase_30d": (30.0, ("purchase",)),
    "reserve_30d": (30.0, ("reserve",)),
}
_HALF_LIVES = np.array(HALF_LIVES_DAYS)


def behaviour_columns(view: UserView) -> Columns:
    """Return the columns of decayed counts and of spending."""
    age = view.now - view.rows["last_ts"]
    kept = decay(age, _HALF_LIVES[:, None])
    counts = view.rows["counts"]
    columns: Columns = {}
    for name, (half_life, types) in _COUNTS.items():
        half = HALF_LIVES_DAYS.index(half_life)
        count = sum((counts[:, half, COUNT_CODE[each]] for each in types), np.zeros(len(age)))
        columns[name] = log_scaled(count * kept[half], 3.0, 3.0)
    spend = view.rows["spend"] * decay(age, AFFINITY_HALF_LIFE_DAYS)
    columns["spend_30d"] = log_scaled(spend, 6.0, 3.0)
    columns["shop_match"] = columns["purchase_30d"] * view.context.has_products
    return columns
