from __future__ import annotations

import numpy as np
import pytest

from reminders.samples import SampleBlock


def block(rows: int, features: int = 3, heads: int = 5, version: int = 1) -> SampleBlock:
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
    )


@pytest.mark.parametrize(
    ("other", "alike"),
    [
        (block(7), True),
        (block(7, features=4), False),
        (block(7, heads=6), False),
        (block(7, version=2), False),
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
