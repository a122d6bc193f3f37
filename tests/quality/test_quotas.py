"""Quotas over partitions lose next to nothing, small ones because shares are given away."""

from __future__ import annotations

import pytest

from benchmarks.quality.quotas import TARGET, lost


@pytest.mark.parametrize(("quota", "partitions"), [(8, 8), (100, 32), (1_000, 8)])
def test_a_quota_reaches_the_best_of_all(quota: int, partitions: int) -> None:
    """Within the target; what is lost by shares alone is never less."""
    for seed in range(3):
        found = lost(quota, partitions, 20_000, seed)
        assert TARGET.met(found.gifts)
        assert found.gifts <= found.shares


def test_shares_alone_miss_it() -> None:
    """Eight invitations over eight partitions, one each: the figure can fail."""
    assert not TARGET.met(sum(lost(8, 8, 20_000, seed).shares for seed in range(3)) / 3)
