from __future__ import annotations

import numpy as np
import pytest

from features.decay import DAY_MS
from features.hashing import U64Array
from online_models.arrays import Floats, Ints
from online_models.co_engagement import CoEngagement

ITEMS, EVENTS, PAST = 12, 200, 6


def events(seed: int) -> tuple[U64Array, Floats, Ints, U64Array, Floats, Ints]:
    """Random events over forty days whose pasts hold no item twice, some with fewer than six."""
    rng = np.random.default_rng(seed)
    past = np.array([rng.permutation(ITEMS)[:PAST] + 1 for _ in range(EVENTS)], np.uint64)
    past[rng.random(past.shape) < 0.2] = 0
    return (
        rng.integers(1, ITEMS + 1, EVENTS).astype(np.uint64),
        rng.random(EVENTS) + 0.2,
        np.sort(rng.integers(0, 40 * DAY_MS, EVENTS)),
        past,
        rng.random(past.shape) + 0.2,
        rng.integers(0, 5, past.shape),
    )


def known() -> CoEngagement:
    """A model that has seen every item once."""
    model = CoEngagement(max_items=64, neighbours=32)
    for item in range(1, ITEMS + 1):
        model.learn_one(item, 1.0, 0)
    return model


def learned(seed: int = 3) -> CoEngagement:
    """A model that has learned random events."""
    model = known()
    model.learn(*events(seed))
    return model


def expected(past: list[int], weights: list[float], item: int, now: int) -> float:
    """The formula of the module, term by term, over what `learned` has seen."""
    engaged = dict.fromkeys(range(1, ITEMS + 1), 0.5 ** (now / DAY_MS / 90))
    popular = 0.5 ** (now / DAY_MS / 7)
    together, after = dict.fromkeys(engaged, 0.0), dict.fromkeys(engaged, 0.0)
    for i, w, ts, before, before_w, before_when in zip(*events(3), strict=True):
        faded = w * 0.5 ** ((now - ts) / DAY_MS / 90)
        engaged[i] += faded
        popular += w * 0.5 ** ((now - ts) / DAY_MS / 7) * (i == item)
        moments = before_when[before != 0]
        for j, v, when in zip(before.tolist(), before_w.tolist(), before_when, strict=True):
            if j in (0, i):
                continue
            rank = (moments > when).sum() + ((moments == when).sum() + 1) / 2
            if item in (i, j):
                together[i if j == item else j] += faded * v
            if i == item:
                after[j] += faded / rank
    score: float = 0.0003 * popular
    for rank, (j, w) in enumerate(zip(past, weights, strict=True), 1):
        norm: float = (engaged[j] + 1) ** 0.3 * (engaged[item] + 1) ** 0.7
        score += w * rank**-0.7 * together[j] / norm
        score += 1.5 / rank * after[j] / (engaged[j] + 5) ** 0.7
    return score


def test_scores_are_the_documented_formula() -> None:
    """Similar to the past, next after its last steps, popular: decayed, shrunk and weighted."""
    now, model = 41 * DAY_MS, learned()
    scores = model.scores([3, 9, 5], [0.4, 2.0, 1.0], [8, 7, 9], now)
    found = dict(zip(model.keys.tolist(), scores.tolist(), strict=True))
    for item in (1, 2, 7, 12):
        assert found[item] == pytest.approx(expected([5, 3, 9], [1.0, 0.4, 2.0], item, now), 1e-5)


def test_one_item_for_many_users_scores_as_one_user_for_many_items() -> None:
    """`neighbourhood(item).scores` ranks the past by its times and agrees with `scores`."""
    now, model = 41 * DAY_MS, learned()
    rng = np.random.default_rng(8)
    past = np.array([rng.permutation(ITEMS)[:PAST] + 1 for _ in range(50)], np.uint32)
    past[:, 4:] = 0
    weights = rng.random(past.shape).astype(np.float32)
    when = rng.integers(0, 4, past.shape)
    each_user = [model.scores(*user, now) for user in zip(past, weights, when, strict=True)]
    for place, item in enumerate(model.keys.tolist()):
        found = model.neighbourhood(item, now).scores(past, weights, when)
        np.testing.assert_allclose(found, [scores[place] for scores in each_user], rtol=1e-5)


def test_the_named_cause_is_true() -> None:
    """Without the item that is named, the score falls by the part that it is said to have."""
    near, rng = learned().neighbourhood(4, 41 * DAY_MS), np.random.default_rng(8)
    past = np.array([rng.permutation(ITEMS)[:PAST] + 1 for _ in range(50)], np.uint64)
    weights, when = np.ones(past.shape), np.tile(np.arange(PAST), (50, 1))
    place, part = near.causes(past, weights, when)
    assert (place >= 0).all()
    without = past.copy()
    without[np.arange(50), place] = 999  # unknown, of the same moment
    fallen = near.scores(past, weights, when) - near.scores(without, weights, when)
    np.testing.assert_allclose(fallen, part, rtol=1e-9)
    assert (part > 0.0).all()


def test_who_has_no_past_in_common_has_no_cause() -> None:
    """Unknown items, no items and an unknown item's neighbours explain nothing."""
    model = learned()
    for past, item in (([[0, 0]], 4), ([[888, 999]], 4), ([[1, 2]], 777)):
        keys, ones = np.array(past, np.uint64), np.ones((1, 2))
        near = model.neighbourhood(item, 41 * DAY_MS)
        place, part = near.causes(keys, ones, ones)
        assert (place.tolist(), part.tolist()) == ([-1], [0.0])
        assert near.scores(keys, ones, ones).tolist() == [near.popular]


def test_batches_and_order_change_nothing() -> None:
    """Once the items are known, one by one, shuffled or at once come to the same scores."""
    columns, now = events(3), 41 * DAY_MS
    single, shuffled = known(), known()
    for event in zip(*columns, strict=True):
        single.learn_one(int(event[0]), float(event[1]), int(event[2]), *event[3:])
    order = np.random.default_rng(1).permutation(EVENTS)
    shuffled.learn(*(column[order] for column in columns))  # type: ignore[arg-type]
    wanted = learned().scores([5, 3], [1.0, 1.0], [2, 1], now)
    for model in (single, shuffled):
        np.testing.assert_allclose(model.scores([5, 3], [1.0, 1.0], [2, 1], now), wanted, rtol=1e-5)


def test_links_are_what_the_score_is_made_of() -> None:
    """`links` returns each past item's part before it is weighted by rank and engagement."""
    now, model = 41 * DAY_MS, learned()
    together, after = model.links(4, [5, 3, 0, 999], now)
    near = model.neighbourhood(4, now)
    place = {key: number for number, key in enumerate(near.keys.tolist())}
    np.testing.assert_allclose(together, [near.together[place[5]], near.together[place[3]], 0, 0])
    np.testing.assert_allclose(after, [near.after[place[5]], near.after[place[3]], 0, 0])
    assert [each.tolist() for each in model.links(999, [5], now)] == [[0.0], [0.0]]


def test_memory_is_bounded() -> None:
    """With ever new items memory stays, the much engaged stay, and what is left is consistent."""
    model = CoEngagement(max_items=20, neighbours=4)
    before = model.nbytes
    for number in range(1, 400):
        model.learn_one(1, 1.0, number, past=[2], past_weights=[1.0], past_when=[0])
        model.learn_one(2, 1.0, number, past=[1], past_weights=[1.0], past_when=[0])
        model.learn_one(1_000 + number, 1.0, number, [1, 2, 999 + number], [1.0] * 3, [0, 1, 2])
    assert model.nbytes == before
    assert len(model.keys) <= 20
    assert {1, 2} <= set(model.keys.tolist())
    assert set(model.neighbourhood(1, 400).keys.tolist()) <= set(model.keys.tolist())
    assert 2 in model.neighbourhood(1, 400).keys


def test_years_do_not_overflow() -> None:
    """After decades the old is worth nothing, the new as much as ever."""
    model = CoEngagement(max_items=8, neighbours=4)
    for year in range(60):
        model.learn_one(1, 1.0, year * 365 * DAY_MS)
        model.learn_one(2, 1.0, year * 365 * DAY_MS, past=[1], past_weights=[1.0], past_when=[0])
    fresh = CoEngagement(max_items=8, neighbours=4)
    fresh.learn_one(1, 1.0, 0)
    fresh.learn_one(2, 1.0, 0, past=[1], past_weights=[1.0], past_when=[0])
    old = model.scores([1], [1.0], [0], 59 * 365 * DAY_MS)
    np.testing.assert_allclose(old, fresh.scores([1], [1.0], [0], 0), rtol=0.1)


def test_nothing_is_known_of_nobody() -> None:
    """A model that has learned nothing scores nothing."""
    assert CoEngagement(max_items=8).scores([1, 0], [1.0, 1.0], [0, 0], 0).tolist() == []
