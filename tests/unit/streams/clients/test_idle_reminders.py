"""A channel that stops when nothing comes first waits for its group to give out partitions."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from kafka import TopicPartition

from features.contracts.examples import EXAMPLES
from streams.clients import ReminderConsumer, reminders

PLACE = TopicPartition("livecue.reminders", 0)


class SlowGroup:
    """A consumer whose group takes so many polls until it has partitions, with one record then."""

    joins_after = 6

    def __init__(self, *_: object, **__: object) -> None:
        self.polls = 0

    def partitions_for_topic(self, topic: str) -> set[int]:
        """One."""
        assert topic == PLACE.topic
        return {0}

    def subscribe(self, topics: list[str]) -> None:
        """It can be subscribed to."""
        assert topics == [PLACE.topic]

    def poll(self, timeout_ms: int) -> dict[TopicPartition, list[Any]]:
        """Wait, and bring the record with the second poll after joining."""
        time.sleep(timeout_ms / 1_000)
        self.polls += 1
        if self.polls != self.joins_after + 2:
            return {}
        value = msgspec.json.encode(EXAMPLES["reminders"][0][1])
        return {PLACE: [SimpleNamespace(topic=PLACE.topic, partition=0, offset=0, value=value)]}

    def assignment(self) -> set[TopicPartition]:
        """Nothing at first."""
        return {PLACE} if self.polls > self.joins_after else set()

    def commit(self, offsets: object, timeout_ms: int) -> None:
        """Nothing to do."""

    def close(self, *, autocommit: bool) -> None:
        """Nothing to do."""


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reminders, "KafkaConsumer", SlowGroup)
    monkeypatch.setattr(reminders, "_POLL_MS", 20)
    monkeypatch.setattr(reminders, "addresses", lambda servers, _: [servers])


def test_joining_is_not_being_idle() -> None:
    """However short the time without reminders may be."""
    with ReminderConsumer("localhost:9092", "push", idle_s=0.1) as consumer:
        assert len(list(consumer)) == 1


def test_a_group_that_gives_nothing_out_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of more members than partitions some get none."""
    monkeypatch.setattr(SlowGroup, "joins_after", 1_000_000)
    monkeypatch.setattr(reminders, "_JOIN_S", 0.2)
    began = time.monotonic()
    with ReminderConsumer("localhost:9092", "push", idle_s=0.1) as consumer:
        assert list(consumer) == []
    assert 0.25 < time.monotonic() - began < 5
