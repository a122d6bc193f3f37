"""Events that their producer writes in transactions count when, and only when, it commits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from enginerig.deployment import Deployment, wait_for
from enginerig.workers import ThreadWorker
from kafka import KafkaProducer

from features.hashing import murmur2_partition
from streams.testing import MovableClock, interaction

T0 = 1_764_000_000_000
MINUTE_MS = 60_000
PARTITIONS = 2


def _user_of(number: int) -> str:
    names = [f"u{at}" for at in range(20)]
    found = murmur2_partition([name.encode() for name in names], PARTITIONS)
    return names[int(found.tolist().index(number))]


@contextmanager
def _event_producer(deployment: Deployment) -> Iterator[KafkaProducer]:
    producer = KafkaProducer(
        bootstrap_servers=deployment.kafka, transactional_id=f"{deployment.settings.app_id}-events"
    )
    producer.init_transactions()
    try:
        yield producer
    finally:
        producer.close(timeout=5)


def _begin(producer: KafkaProducer, deployment: Deployment, user: str, *times: int) -> None:
    producer.begin_transaction()
    for ts in times:
        key, value = interaction(user, ts=ts)
        producer.send(deployment.topics.interactions, value, key)
    producer.flush()


@pytest.mark.parametrize("clock", ["system", "topic"])
def test_events_of_an_aborted_transaction_do_not_count(
    kafka: str, topic_prefix: str, clock: str
) -> None:
    """Those before, between and after do, and nobody waits for what does not exist."""
    with Deployment(kafka, topic_prefix, PARTITIONS, clock) as deployment:
        topic, user = deployment.topics.interactions, _user_of(0)
        with _event_producer(deployment) as producer, ThreadWorker(deployment):
            _begin(producer, deployment, user, T0, T0 + 1)
            producer.abort_transaction()
            deployment.send(topic, interaction(user, ts=T0 + 2))
            _begin(producer, deployment, user, T0 + 3)
            producer.commit_transaction()
            _begin(producer, deployment, user, T0 + 4)
            producer.abort_transaction()
            if clock == "topic":
                deployment.wait_for_tick(deployment.tick(MovableClock(T0), MINUTE_MS))
            else:
                deployment.wait_until_applied()
        assert deployment.totals() == {user: 2}


def test_a_tick_waits_for_a_transaction_that_was_open_before_it(
    kafka: str, topic_prefix: str
) -> None:
    """Its events were written before the tick; whether they count is decided by their producer."""
    with Deployment(kafka, topic_prefix, PARTITIONS, "topic") as deployment:
        clock, user, other = MovableClock(T0), _user_of(0), _user_of(1)
        with _event_producer(deployment) as producer, ThreadWorker(deployment):
            deployment.wait_for_tick(deployment.tick(clock))
            _begin(producer, deployment, user, T0 + 1)
            deployment.send(deployment.topics.interactions, interaction(other, ts=T0 + 2))
            tick = deployment.tick(clock, MINUTE_MS)
            wait_for(
                lambda: any(mark.clock_ts == tick for mark in deployment.poll()), "nobody goes on"
            )
            assert {mark.partition for mark in deployment.marks if mark.clock_ts == tick} == {1}
            producer.commit_transaction()
            deployment.wait_for_tick(tick)
        assert deployment.totals() == {user: 1, other: 1}
