"""The topic clock: a tick is a barrier, whatever lies in the logs."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Iterator

import msgspec
import pytest
from aiokafka import AIOKafkaProducer
from enginerig.deployment import Deployment
from enginerig.workers import ThreadWorker

from streams.testing import DAY_MS, MovableClock, feedback, interaction, profile, stream

T0 = 1_764_000_000_000
MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
CODECS = [None, "gzip", "snappy", "lz4", "zstd"]


@pytest.fixture
def deployment(kafka: str, topic_prefix: str) -> Iterator[Deployment]:
    """Two user partitions that live by the topic clock."""
    with Deployment(kafka, topic_prefix, clock="topic") as made:
        yield made


def _causes(deployment: Deployment) -> Counter[str]:
    letters = deployment.records(deployment.topics.dead_letters)
    return Counter(dict(one.headers)["error_code"].decode() for one in letters)


def test_every_tick_has_its_watermarks(
    deployment: Deployment, caplog: pytest.LogCaptureFixture
) -> None:
    """All partitions, users or not; ticks that are not later, or no ticks, are ignored."""
    clock = MovableClock(T0)
    with caplog.at_level(logging.WARNING), ThreadWorker(deployment):
        for _ in range(5):
            deployment.wait_for_tick(deployment.tick(clock, MINUTE_MS))
        deployment.send(deployment.topics.clock, (None, b"soon"), (None, clock.tick()))
        deployment.tick(MovableClock(T0))
        deployment.wait_for_tick(deployment.tick(clock, MINUTE_MS))
    ticks = [T0 + number * MINUTE_MS for number in range(1, 7)]
    for number in range(deployment.partitions):
        assert [mark.clock_ts for mark in deployment.marks if mark.partition == number] == ticks
    assert "is not later than" in caplog.text
    assert '{"ts": epoch ms}' in caplog.text


def test_nothing_is_decided_before_the_first_tick(deployment: Deployment) -> None:
    """Events wait for it; and ticks that came before the worker are made up for, in order."""
    clock = MovableClock(T0)
    deployment.send(deployment.topics.interactions, interaction("u", ts=T0))
    ticks = [deployment.tick(clock, MINUTE_MS) for _ in range(3)]
    with ThreadWorker(deployment):
        deployment.wait_for_tick(ticks[-1])
    assert [mark.clock_ts for mark in deployment.marks if mark.partition == 0] == ticks
    assert deployment.totals() == {"u": 1}


def test_every_codec_is_read(deployment: Deployment) -> None:
    """Whatever compression an event producer chooses."""

    async def send() -> None:
        for number, codec in enumerate(CODECS):
            async with AIOKafkaProducer(
                bootstrap_servers=deployment.kafka, compression_type=codec
            ) as producer:
                for at in range(50):
                    key, value = interaction("u", ts=T0 + 50 * number + at)
                    await producer.send(deployment.topics.interactions, value, key)

    clock = MovableClock(T0)
    asyncio.run(send())
    with ThreadWorker(deployment):
        deployment.wait_for_tick(deployment.tick(clock, MINUTE_MS))
    assert deployment.totals() == {"u": 50 * len(CODECS)}


def test_transactional_producers_do_not_hold_up_a_tick(deployment: Deployment) -> None:
    """Their markers are holes at the tail of every log: each tick passes over them at once."""

    async def send(producer: AIOKafkaProducer, number: int) -> None:
        topics = deployment.topics
        async with producer.transaction():
            for user in ("u", "v", "w"):
                key, value = interaction(user, ts=T0 + number)
                await producer.send(topics.interactions, value, key)
                key, value = feedback(user, ts=T0 + number)
                await producer.send(topics.feedback, value, key)
                key, value = profile(user, T0 + number, nickname=f"{user}{number}")
                await producer.send(topics.profiles, value, key)

    async def rounds(count: int) -> list[float]:
        producer = AIOKafkaProducer(
            bootstrap_servers=deployment.kafka, transactional_id=deployment.topics.clock
        )
        took_s: list[float] = []
        async with producer:
            for number in range(count):
                await send(producer, number)
                tick = deployment.tick(clock, MINUTE_MS)
                took_s.append(await asyncio.to_thread(deployment.wait_for_tick, tick, 20.0))
        return took_s

    clock = MovableClock(T0)
    with ThreadWorker(deployment):
        took_s = asyncio.run(rounds(6))
    print("ticks took", [round(one, 2) for one in took_s])
    assert deployment.totals() == {"u": 6, "v": 6, "w": 6}


def test_a_tick_applies_by_time_across_topics(deployment: Deployment) -> None:
    """The erasure of a user comes between two events, though it was written after both."""
    clock = MovableClock(T0)
    topics = deployment.topics
    deployment.send(topics.interactions, *(interaction("u", ts=T0 + at) for at in (1, 9)))
    deployment.send(topics.profiles, profile("u", T0 + 5, erase=True))
    with ThreadWorker(deployment):
        deployment.wait_for_tick(deployment.tick(clock, MINUTE_MS))
    assert deployment.totals() == {"u": 1}


def test_the_future_begins_a_day_after_the_last_tick(deployment: Deployment) -> None:
    """Before the first tick there is none; later a `ts` beyond it is a dead letter."""
    clock, topics = MovableClock(T0), deployment.topics
    deployment.send(topics.interactions, interaction("u", ts=T0 + 9 * DAY_MS))
    with ThreadWorker(deployment):
        first = deployment.tick(clock)
        deployment.wait_for_tick(first)
        bound = first + DAY_MS
        events = [interaction("u", ts=bound), interaction("u", ts=bound + 1)]
        deployment.send(topics.interactions, *events)
        deployment.wait_for_tick(deployment.tick(clock, MINUTE_MS))
    assert deployment.totals() == {"u": 2}
    assert _causes(deployment) == {"future_ts": 1}


def test_a_stream_ahead_of_its_time_stays_refused(deployment: Deployment) -> None:
    """Also for a worker that starts when the clock is further on; what was taken stays taken."""
    clock, topics = MovableClock(T0), deployment.topics
    start_ts = T0 + 25 * HOUR_MS
    deployment.send(topics.profiles, profile("u", T0, quiet_hours=None))
    both = ("taken", "refused")
    events = [interaction("u", "reserve", T0 - at, stream_id=one) for at, one in enumerate(both)]
    deployment.send(topics.interactions, *events)
    deployment.send(topics.streams, stream("taken", T0 + 9 * DAY_MS, start_ts=start_ts))
    with ThreadWorker(deployment):
        deployment.wait_for_tick(deployment.tick(clock, MINUTE_MS))
        ahead_ts = clock() + DAY_MS + MINUTE_MS
        deployment.send(topics.streams, stream("refused", ahead_ts, start_ts=start_ts))
        for _ in range(2):
            deployment.wait_for_tick(deployment.tick(clock, MINUTE_MS))
    with ThreadWorker(deployment):
        for _ in range(8):
            deployment.wait_for_tick(deployment.tick(clock, HOUR_MS))
    sent = [msgspec.json.decode(one.value) for one in deployment.records(topics.reminders)]
    assert {one["stream_id"] for one in sent} == {"taken"}
    assert _causes(deployment) == {"future_ts": 1}
