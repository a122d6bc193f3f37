from __future__ import annotations

import numpy as np
import pytest

from online_models.variants import (
    COPY,
    COVER,
    HALF_LIFE_MS,
    MAX_ENTRIES,
    UNIFORM_SHARE,
    VariantStats,
    choose,
    policy,
)
from online_models.wear import FRESH, Shown, Wear

VARIANTS = ("a", "b", "c")


def seen(rates: dict[str, float], sends: int) -> VariantStats:
    """Return stats in which each variant was sent `sends` times, opened at its rate."""
    stats = VariantStats()
    for variant, rate in rates.items():
        for i in range(sends):
            stats.observe(COPY, "zh-CN", variant, opened=i < rate * sends, ts=0)
    return stats


def test_propensities_are_exact() -> None:
    """What is logged is how often each variant is really drawn, for every kind of user."""
    n = 40_000
    rng = np.random.default_rng(5)
    stats = seen({"a": 0.05, "b": 0.09, "c": 0.07}, 300)
    stats.wear = worn_at_once()
    segments = np.array(["zh-CN", "en"])[rng.integers(0, 2, n)]
    place = np.full((n, 2), -1)
    place[: n // 2, 1] = 1
    shown = Shown(place, np.where(place < 0, FRESH, 0))
    index, propensity, explore = choose(
        stats, COPY, segments.tolist(), VARIANTS, shown, rng.random((n, 2))
    )
    assert explore.mean() == pytest.approx(UNIFORM_SHARE, abs=0.005)
    for segment in ("zh-CN", "en"):
        for half in (slice(0, n // 2), slice(n // 2, n)):
            rows = segments[half] == segment
            for variant in np.unique(index[half][rows]):
                drawn = index[half][rows] == variant
                stated = propensity[half][rows][drawn]
                assert np.ptp(stated) < 1e-12
                assert drawn.mean() == pytest.approx(stated[0], abs=0.015)


def test_inverse_propensities_sum_to_one() -> None:
    """Over all draws, the propensities of the variants make a distribution."""
    stats = seen({"a": 0.02, "b": 0.2}, 500)
    grid = np.stack([np.full(20_000, 0.5), (np.arange(20_000) + 0.5) / 20_000], axis=1)
    unworn = Shown.nothing(20_000)
    index, propensity, _ = choose(stats, COPY, ["zh-CN"] * 20_000, VARIANTS, unworn, grid)
    stated = [propensity[index == i][0] for i in np.unique(index)]
    assert sum(stated) + (3 - len(stated)) * UNIFORM_SHARE / 3 == pytest.approx(1.0)


def test_the_extremes_of_the_draw_stay_inside() -> None:
    """The smallest and the largest uniform number name the first and the last variant."""
    for u, place in ((0.0, 0), (1.0 - 2**-53, 2)):
        uniforms = np.full((3, 2), u)
        index, _, _ = choose(VariantStats(), COPY, ["x"] * 3, VARIANTS, Shown.nothing(3), uniforms)
        assert index.tolist() == [place] * 3


def worn_at_once() -> Wear:
    """Return what is known after many openings of which a repetition lost half."""
    wear = Wear()
    for number in range(4_000):
        wear.observe(FRESH, 0.1, opened=number % 10 == 0)
        wear.observe(0, 0.1, opened=number % 20 == 0)
    return wear


def test_what_was_shown_lately_gives_way_to_the_second_best() -> None:
    """As long as it is worn; and the propensity is that of the user's own case."""
    stats = seen({"a": 0.10, "b": 0.08, "c": 0.01}, 1_000)
    stats.wear = worn_at_once()
    shown = Shown(np.array([[0, -1], [0, -1], [-1, -1]]), np.array([[0, 4], [FRESH, 4], [4, 4]]))
    index, propensity, _ = choose(stats, COPY, ["zh-CN"] * 3, VARIANTS, shown, np.full((3, 2), 0.5))
    assert index.tolist() == [1, 0, 0]
    assert propensity[1] == propensity[2]
    alone = shown.take(np.array([0]))
    again = choose(stats, COPY, ["zh-CN"], VARIANTS, alone, np.full((1, 2), 0.5))
    assert again[1][0] == propensity[0]


def test_both_of_the_last_two_are_worn_but_of_many_only_the_newest() -> None:
    """With more than eight variants the older one counts as fresh."""
    wear = worn_at_once()
    for count, place in ((3, 2), (9, 1)):
        ids = [f"v{number}" for number in range(count)]
        rates = {name: (0.12, 0.11, 0.10)[at] if at < 3 else 0.01 for at, name in enumerate(ids)}
        stats = seen(rates, 1_000)
        stats.wear = wear
        shown = Shown(np.array([[0, 1]]), np.array([[0, 0]]))
        index, _, _ = choose(stats, COPY, ["zh-CN"], ids, shown, np.full((1, 2), 0.5))
        assert index.tolist() == [place]


def test_policy_is_the_chance_of_being_best() -> None:
    """The computed chances agree with sampling the Beta posteriors."""
    stats = seen({"a": 0.05, "b": 0.08, "c": 0.03}, 200)
    rng = np.random.default_rng(0)
    draws = np.stack([rng.beta(*stats.posterior(COPY, "zh-CN", v), size=200_000) for v in VARIANTS])
    sampled = np.bincount(draws.argmax(axis=0), minlength=3) / 200_000
    np.testing.assert_allclose(policy(stats, COPY, "zh-CN", VARIANTS), sampled, atol=0.01)


def test_the_best_copy_of_each_segment_is_found() -> None:
    """Regret grows ever more slowly, although the best copy differs by segment."""
    rng = np.random.default_rng(11)
    truth = {"zh-CN": [0.04, 0.10, 0.05], "en": [0.12, 0.05, 0.04]}
    stats = VariantStats()
    regret = np.zeros(40)
    unworn = Shown.nothing(200)
    for batch in range(40):
        segments = ["zh-CN", "en"] * 100
        index, _, _ = choose(stats, COPY, segments, VARIANTS, unworn, rng.random((200, 2)))
        for segment, i in zip(segments, index.tolist(), strict=True):
            rate = truth[segment][i]
            regret[batch] += max(truth[segment]) - rate
            stats.observe(COPY, segment, VARIANTS[i], opened=rng.random() < rate, ts=batch)
    assert regret[-10:].sum() < 0.3 * regret[:10].sum()
    assert policy(stats, COPY, "zh-CN", VARIANTS).argmax() == 1
    assert policy(stats, COPY, "en", VARIANTS).argmax() == 0


def test_old_outcomes_fade_and_late_ones_count_as_old() -> None:
    """A half-life halves what was seen, in whichever order it arrives."""
    in_order, late = VariantStats(), VariantStats()
    events = [("a", True, 0), ("a", False, HALF_LIFE_MS)]
    for stats, sequence in ((in_order, events), (late, events[::-1])):
        for variant, opened, ts in sequence:
            stats.observe(COVER, "en", variant, opened=opened, ts=ts)
    assert in_order == late
    count = in_order.counts[min(k for k in in_order.counts if "en" in k)]
    assert (count.sends, count.opens) == pytest.approx((1.5, 0.5))


def test_stats_stay_bounded() -> None:
    """However many variants come by, the least seen are forgotten and the size stays bounded."""
    stats = VariantStats()
    for i in range(3 * MAX_ENTRIES):
        stats.observe(COPY, "en", f"v{i}", opened=False, ts=i)
        stats.observe(COPY, "en", "kept", opened=i % 3 == 0, ts=i)
    assert len(stats.counts) <= MAX_ENTRIES
    assert stats.rate(COPY, "en", "kept") > 0.2
