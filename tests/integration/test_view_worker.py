"""A worker shows in Redis what it has committed."""

from __future__ import annotations

import json

import redis
from enginerig.deployment import Deployment, wait_for
from enginerig.workers import ThreadWorker

from streams.testing import MovableClock, interaction, profile, stream
from streams.view.keys import ViewKeys

HOUR = 3_600_000
NOON = 1_700_000_000_000 // (24 * HOUR) * 24 * HOUR + 4 * HOUR
"""Noon in Shanghai."""


def test_a_worker_shows_what_it_has_committed(kafka: str, valkey: str, topic_prefix: str) -> None:
    """Exact counts, what is next, what was sent, the board; erased users leave nothing."""
    deployment = Deployment(kafka, topic_prefix, 2, "topic", redis={"url": valkey})
    keys, clock, topics = (
        ViewKeys(deployment.settings.app_id),
        MovableClock(NOON),
        deployment.topics,
    )
    user = keys.user("ann")
    with deployment, redis.Redis.from_url(valkey, decode_responses=True) as client:
        deployment.send(topics.streams, stream("s", NOON - HOUR, start_ts=NOON + 2 * HOUR))
        deployment.send(
            topics.interactions,
            interaction("ann", "follow", NOON - HOUR, host_id="host of s"),
            *(interaction("ann", "app_open", NOON - number) for number in range(7)),
            *(interaction(f"u{number}", "app_open", NOON) for number in range(300)),
        )
        with ThreadWorker(deployment):
            deployment.wait_for_tick(deployment.tick(clock))
            wait_for(lambda: client.hget(user + ":features", "total:app_open") == "7", "no counts")
            wait_for(lambda: len(client.keys(keys.root + ":user:*:features")) == 301, "no users")
            wait_for(lambda: client.zrange(keys.board, 0, -1) == ["s"], "no board")
            assert "host:host of s" in client.zrange(user + ":tags", 0, -1)
            wait_for(lambda: bool(client.exists(user + ":next")), "nothing is next")
            ((planned, due_ts),) = client.zrange(user + ":next", 0, -1, withscores=True)
            assert json.loads(planned)["stream_id"] == "s"

            deployment.wait_for_tick(deployment.tick(clock, int(due_ts) - NOON))
            wait_for(lambda: bool(client.exists(user + ":reminders")), "no reminders")
            (sent,) = client.zrange(user + ":reminders", 0, -1)
            (record,) = deployment.records(topics.reminders)
            assert sent == record.value.decode()
            assert not client.exists(user + ":next")

            client.flushall()
            wait_for(lambda: len(client.keys(keys.root + ":user:*:features")) == 301, "no users")

            after_ts = int(due_ts) + 60_000
            deployment.send(
                topics.profiles,
                profile("ann", after_ts - 1, erase=True),
                profile("u1", after_ts - 1, erase=True),
            )
            deployment.send(topics.interactions, interaction("ann", "app_open", after_ts))
            deployment.wait_for_tick(deployment.tick(clock, 60_000))
            wait_for(lambda: not client.exists(*keys.of_user("u1")), "u1 is still there")
            wait_for(lambda: client.hget(user + ":features", "total:app_open") == "1", "no return")
            assert not client.exists(user + ":reminders", user + ":tags")
