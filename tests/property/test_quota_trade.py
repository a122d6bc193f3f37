"""Partitions that share a quota: together they choose the best, and never send more than it."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from planscene.quotaworld import START, QuotaWorld
from planscene.scene import HOUR, MINUTE

from reminders.quota import Partition, best
from reminders.quota_exchange import bid_of, gifts

OPENS, CLOSES = START - 28 * HOUR, START - 18 * HOUR


def ticks(step: int) -> Iterable[int]:
    """From before the window opens until it has closed."""
    return range(OPENS - step, CLOSES + step, step)


@pytest.mark.parametrize(("partitions", "most"), [(8, 8), (8, 20), (8, 100), (4, 3)])
def test_the_best_of_all_are_invited(partitions: int, most: int) -> None:
    """Within 2 % of the exact best, though no partition knows the users of another."""
    kept, shared = [], []
    for seed in range(2):
        world = QuotaWorld(partitions, seed)
        world.announce(most)
        values: dict[str, float] = {}
        for now in ticks(10 * MINUTE):
            world.tick(now)
            if not values and world.scenes[0].planner.plans:
                values = world.values()
        assert len(world.sent) == most
        exact = sum(sorted(values.values())[-most:])
        kept.append(sum(values[user] for user in world.sent) / exact)
        shared.append(_by_shares(values, partitions, most, world.scenes[0].planner) / exact)
    print(f"{partitions} partitions, {most}: {np.mean(kept):.4f}, by shares {np.mean(shared):.4f}")
    assert np.mean(kept) > 0.98
    assert np.mean(kept) >= np.mean(shared)


def _by_shares(values: dict[str, float], partitions: int, most: int, planner: object) -> float:
    (plan,) = list(planner.plans)[:1]  # type: ignore[attr-defined]
    total = 0.0
    for number in range(partitions):
        own = sorted(v for user, v in values.items() if user.startswith(f"user-{number}-"))
        share = Partition(number, partitions).share(most, plan.announcement)
        total += sum(own[len(own) - share :])
    return total


@pytest.mark.parametrize("seed", range(12))
def test_no_more_go_than_the_quota_allows(seed: int) -> None:
    """Whoever hears late, dies, or is told another quota, and on either clock."""
    rng = Random(seed)
    most = rng.choice((1, 3, 8, 20, 40))
    world = QuotaWorld(rng.choice((2, 4, 8)), seed, simulated_time=seed % 2 == 0)
    world.announce(most)
    widest, announced = most, most
    for now in ticks(10 * MINUTE):
        if rng.random() < 0.02:
            announced = rng.choice((0, 2, 8, 30))
            widest = max(widest, announced)
            world.announce(announced)
        world.tick(now, late=0.5, dies=0.1)
        assert len(world.sent) <= widest
    assert world.deaths > 5
    assert len(set(world.sent)) == len(world.sent)


def test_a_quota_is_used_up_though_who_gave_has_died() -> None:
    """What a successor reads is what was committed: nothing is given twice, nothing is lost."""
    world = QuotaWorld(8, 3)
    world.announce(20)
    for now in ticks(10 * MINUTE):
        world.tick(now, dies=0.3)
    assert len(world.sent) == 20
    given = [note for note in world.notes() if note.gifts]
    assert given
    assert len({(note.announcement, note.partition) for note in given}) == len(given)


def test_who_has_reserved_uses_up_no_quota() -> None:
    """However many reminders to attend are pending where a gift arrives or somebody follows."""
    world = QuotaWorld(4, 5)
    for number, scene in enumerate(world.scenes):
        for n in range(30, 40):
            scene.touch(f"user-{number}-{n}", "reserve")
    world.announce(9)
    for now in ticks(10 * MINUTE):
        world.tick(now)
    intents = [one[3] for scene in world.scenes for one in scene.sent]
    assert (intents.count("attend"), intents.count("invite")) == (40, 9)
    assert any(note.gifts for note in world.notes())


def test_with_ticks_it_does_not_matter_who_hears_early() -> None:
    """What was said since the last tick is not known yet, whether it was heard or not."""
    early, ordered = QuotaWorld(4, 5), QuotaWorld(4, 5)
    early.rng.seed(1)
    ordered.rng.seed(2)
    for world in (early, ordered):
        world.announce(9)
        for now in ticks(10 * MINUTE):
            world.tick(now)
    assert sorted(one for scene in early.scenes for one in scene.sent) == sorted(
        one for scene in ordered.scenes for one in scene.sent
    )


@given(
    st.integers(1, 60),
    st.lists(st.lists(st.integers(0, 30), max_size=40), min_size=2, max_size=6),
)
def test_after_all_gifts_each_has_as_many_as_its_best(most: int, worlds: list[list[int]]) -> None:
    """The gifts of all together move the shares to where the best are, and add nothing."""
    count = len(worlds)
    values = [np.array(one, np.float64) for one in worlds]
    bids = {
        number: np.frombuffer(bid_of(one, most, count), "<f4").astype(np.float64)
        for number, one in enumerate(values)
    }
    shares = [Partition(number, count).share(most, 7) for number in range(count)]
    given = [gifts(number, shares, bids, shares[number]) for number in range(count)]
    after = np.array(shares)
    for number, one in enumerate(given):
        after[number] -= sum(one.values())
        for taker, number_given in one.items():
            assert number_given > 0
            after[taker] += number_given
    assert after.sum() == most
    assert (after >= 0).all()
    users = np.concatenate(values)
    if len(users) >= most and all(len(values[n]) <= len(bids[n]) for n in range(count)):
        chosen = best(users, np.arange(len(users), dtype=np.uint64), users > -1, most)
        spent = sum(
            np.sort(one)[::-1][:size].sum() for one, size in zip(values, after, strict=True)
        )
        assert spent == users[chosen].sum()
