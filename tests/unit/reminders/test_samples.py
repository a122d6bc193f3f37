from __future__ import annotations

import numpy as np
import pytest

from reminders.samples import SampleBlock, join_blocks


def block(
    rows: int, features: int = 3, heads: int = 5, version: int = 1, *, ages: bool = False
) -> SampleBlock:
    """Decisions without content."""
    return SampleBlock(
        registry_version=version,
        user_h=np.arange(1, rows + 1).astype("<u8").tobytes(),
        decided_s=np.zeros(rows, "<u4").tobytes(),
        flags=np.zeros(rows, "u1").tobytes(),
        propensity=np.ones(rows, "<f4").tobytes(),
        x=np.zeros((rows, features), "<f4").tobytes(),
        priors=np.zeros((rows, heads), "<f4").tobytes(),
        copy_ids=[None] * rows,
        cover_ids=[None] * rows,
        segments=["en"] * rows,
        copy_ages=bytes(range(rows)) if ages else b"",
    )


@pytest.mark.parametrize(
    ("other", "alike"),
    [
        (block(7), True),
        (block(7, features=4), False),
        (block(7, heads=6), False),
        (block(7, version=2), False),
        (block(7, ages=True), False),
        (block(0), False),
    ],
)
def test_blocks_are_joined_only_when_they_have_the_same_columns(
    other: SampleBlock, alike: bool
) -> None:
    """Bytes of other widths would be read as other decisions; an erased user may leave none."""
    assert block(2).like(other) is alike
    assert other.like(block(2)) is alike
    assert not block(1).without(1).like(block(2))


def test_ages_of_copies_stay_with_their_decisions() -> None:
    """Through a join and an erasure; what an older release did not know is not known."""
    both = join_blocks(block(2, ages=True), block(3, ages=True))
    assert both.ages() == [0, 1, 0, 1, 2]
    assert block(3, ages=True).without(2).ages() == [0, 2]
    assert block(2).ages() == [None, None]
