"""When users would be reminded: a random minute on one rung, the best one on the others."""

from __future__ import annotations

from collections import Counter

from planscene.scene import HOUR, MINUTE, NOON, Scene

START = NOON + 30 * HOUR
FANS = [f"fan-{n}" for n in range(600)]
SHARE = 0.3


def test_a_pair_has_a_random_minute_on_one_rung_at_most() -> None:
    """The share is that of users and streams: a ladder does not explore once a rung."""
    scene = Scene(min_gap_ms=0, explore=SHARE)
    scene.follow(*FANS)
    scene.stream(START)
    random: Counter[str] = Counter()
    rungs: Counter[str] = Counter()
    for now in range(NOON, START, 5 * MINUTE):
        for group in scene.tick(now).groups:
            drawn = [user for user, at in zip(group.user_ids, group.explore, strict=True) if at]
            random.update(drawn)
            rungs[group.rung.name] += len(drawn)
    assert set(random.values()) == {1}
    assert abs(len(random) / len(FANS) - SHARE) < 0.05
    assert all(abs(rungs[rung] / len(FANS) - SHARE / 3) < 0.04 for rung in ("24h", "2h", "15m"))


def test_the_propensity_of_a_minute_is_that_of_its_rung() -> None:
    """A third of the share is spread over the slots of each of three rungs."""
    scene = Scene(min_gap_ms=0, explore=SHARE)
    scene.follow(*FANS)
    scene.stream(START)
    for now in range(NOON, START, 5 * MINUTE):
        for group in scene.tick(now).groups:
            if group.rung.name == "2h":
                best = group.propensity[~group.explore]
                assert (best > 1.0 - SHARE / 3).all()
                assert (best < 1.0 - SHARE / 3 + 0.04).all()
