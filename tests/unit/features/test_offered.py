"""What was offered lately, and how varied it was."""

from __future__ import annotations

import numpy as np
import pytest

from features.hashing import hash64
from features.offered import entropy_offered, note_offers, share_offered
from features.row import OFFERED_SLOTS, ROW, Rows

FOOD, TOYS = hash64("food"), hash64("toys")


def _rows(*categories: int) -> Rows:
    rows: Rows = np.zeros(1, ROW)
    note_offers(rows, np.zeros(len(categories), np.int64), np.array(categories, np.uint64))
    return rows


def test_the_last_offers_are_kept() -> None:
    """Eight of them, older ones fall out; one without a category leaves nothing behind."""
    assert share_offered(_rows(FOOD, TOYS, 0, FOOD), FOOD)[0] == 2 / OFFERED_SLOTS
    assert share_offered(_rows(FOOD, *[TOYS] * OFFERED_SLOTS), FOOD)[0] == 0.0
    assert share_offered(_rows(FOOD), 0)[0] == 0.0


def test_order_is_that_of_sending() -> None:
    """The newest comes first."""
    rows = _rows(FOOD, TOYS)
    newest, before = rows["offered_h"][0, :2].tolist()
    assert (newest, before) == (TOYS & 0xFFFFFFFF, FOOD & 0xFFFFFFFF)


@pytest.mark.parametrize(
    ("categories", "bits"),
    [
        ([], 0.0),
        ([FOOD], 0.0),
        ([FOOD] * 5, 0.0),
        ([FOOD, TOYS], 1.0),
        ([FOOD, TOYS, TOYS, TOYS], 0.8112781),
        (list(range(1, 9)), 3.0),
    ],
)
def test_entropy_is_that_of_the_shares(categories: list[int], bits: float) -> None:
    """In bits, over what was offered."""
    assert entropy_offered(_rows(*categories)["offered_h"])[0] == pytest.approx(bits, abs=1e-6)
