"""What users were offered lately: the categories of their last reminders, and how varied."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from features.compiled import compiled
from features.hashing import FloatArray, IntArray, U64Array
from features.row import OFFERED_SLOTS, Rows, short_hash

__all__ = ["entropy_offered", "note_offers", "share_offered"]

_Hashes = npt.NDArray[Any]


def note_offers(rows: Rows, slots: IntArray, categories: U64Array) -> None:
    """Remember the category of each reminder that is sent, in the order in which they go.

    `slots` int64[n], a user as often as they get one; `categories` uint64[n] hashes, 0 = none,
    which leaves nothing behind. Of a user the last 8 are kept.
    """
    _push(rows["offered_h"], slots, categories)


def share_offered(rows: Rows, category_h: int) -> FloatArray:
    """Return float64[n]: how many of each user's last 8 reminders were of a category, over 8."""
    share = np.zeros(len(rows))
    if category_h:
        _share(rows["offered_h"], np.uint32(short_hash(category_h)), share)
    return share


def entropy_offered(offered_h: _Hashes) -> FloatArray:
    """Return float64[n]: the entropy in bits of the categories of each user's last reminders.

    `offered_h`: uint32[n, 8] as in rows. 0 for one category or none, 3 for eight, once each.

    References
    ----------
    Shannon (1948), A mathematical theory of communication, section 6.
    """
    entropy = np.zeros(len(offered_h))
    _entropy(offered_h, entropy)
    return entropy


@compiled
def _push(offered: _Hashes, slots: IntArray, categories: U64Array) -> None:
    for number in range(len(slots)):
        if categories[number] != 0:
            slot = slots[number]
            for place in range(offered.shape[1] - 1, 0, -1):
                offered[slot, place] = offered[slot, place - 1]
            low = np.uint32(categories[number] & np.uint64(0xFFFFFFFF))
            offered[slot, 0] = max(low, np.uint32(1))


@compiled
def _share(offered: _Hashes, key: Any, share: FloatArray) -> None:
    for row in range(len(share)):
        count = 0
        for place in range(offered.shape[1]):
            count += offered[row, place] == key
        share[row] = count / OFFERED_SLOTS


@compiled
def _entropy(offered: _Hashes, entropy: FloatArray) -> None:
    """Add up log2(n / count) / n over the offers, which is the entropy of their shares."""
    for row in range(len(entropy)):
        known = 0
        for place in range(offered.shape[1]):
            known += offered[row, place] != 0
        for place in range(offered.shape[1]):
            if offered[row, place] == 0:
                continue
            same = 0
            for other in range(offered.shape[1]):
                same += offered[row, other] == offered[row, place]
            entropy[row] += np.log2(known / same) / known
