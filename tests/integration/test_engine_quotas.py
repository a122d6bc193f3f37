"""A small quota goes to the best of all partitions, on both clocks."""

from __future__ import annotations

from typing import Any

import msgspec
from enginerig.deployment import Deployment, wait_for
from enginerig.workers import ThreadWorker

from features.hashing import murmur2_partition
from reminders.quota_exchange import Note
from streams.engine.clock import wall_clock_ms
from streams.readiness import get_ready
from streams.testing import MovableClock, interaction, stream

T0 = 1_764_000_000_000
MINUTE_MS = 60_000
PARTITIONS, QUOTA = 2, 4
OPTIONS: dict[str, Any] = {
    "default_quiet_hours": None,
    "decision": {"holdout_invite": 0.0, "send_price": 0.0},
}


def followers(count: int) -> list[str]:
    """Users who all live in partition 0."""
    names = [f"user-{number}" for number in range(8 * count)]
    owners = murmur2_partition([name.encode() for name in names], PARTITIONS)
    return [name for name, owner in zip(names, owners, strict=True) if owner == 0][:count]


def notes(deployment: Deployment) -> list[Note]:
    """What partitions told each other."""
    rows = deployment.records(deployment.topics.quotas)
    return [msgspec.msgpack.decode(row.value, type=Note) for row in rows]


def follow(deployment: Deployment, now_ms: int) -> None:
    """Let six users follow a host."""
    follows = [interaction(user, "follow", now_ms, host_id="h") for user in followers(6)]
    deployment.send(deployment.topics.interactions, *follows)


def announce(deployment: Deployment, now_ms: int) -> None:
    """A stream of the host whose last window is open for a minute more."""
    start_ts = now_ms + 6 * MINUTE_MS
    coming = stream("s", now_ms, host_id="h", start_ts=start_ts, max_invites=QUOTA)
    deployment.send(deployment.topics.streams, coming)


def assert_traded(deployment: Deployment) -> None:
    """Each partition bid once, and partition 1, which has nobody, gave all that it had."""
    told = notes(deployment)
    assert sorted(one.partition for one in told if one.bid is not None) == [0, 1]
    (gift,) = [one for one in told if one.gifts]
    assert (gift.partition, gift.gifts) == (1, {0: QUOTA // 2})


def reminded(deployment: Deployment) -> int:
    """How many reminders there are."""
    return len(deployment.records(deployment.topics.reminders))


def test_on_the_wall_clock_nobody_waits(kafka: str, topic_prefix: str) -> None:
    """What one partition cannot use goes to the other while its minutes come."""
    get_ready()
    with Deployment(kafka, topic_prefix, PARTITIONS, **OPTIONS) as deployment:
        with ThreadWorker(deployment):
            follow(deployment, wall_clock_ms())
            deployment.wait_until_applied()
            announce(deployment, wall_clock_ms())
            wait_for(lambda: reminded(deployment) == QUOTA, "the quota is used", 90.0)
        assert_traded(deployment)


def test_with_ticks_a_successor_goes_on(kafka: str, topic_prefix: str) -> None:
    """A worker that starts between a bid and the gift, or the gift and its use, knows of both."""
    with Deployment(kafka, topic_prefix, PARTITIONS, "topic", **OPTIONS) as deployment:
        clock = MovableClock(T0)

        def tick() -> None:
            with ThreadWorker(deployment):
                deployment.wait_for_tick(deployment.tick(clock, 5_000))

        tick()
        follow(deployment, clock() + 1)
        announce(deployment, clock() + 1)
        for _ in range(14):
            tick()
        assert reminded(deployment) == QUOTA
        assert_traded(deployment)
