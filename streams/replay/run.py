"""The replay itself: steps into Kafka, workers' reminders out, on the topic clock."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from config import Kafka, Settings, topics
from config.decision import Rung
from features.contracts import Reminder
from online_models.snapshot import ModelSnapshot
from streams.admin_client import connect_admin
from streams.configured_kafka import configured_topics, event_producer
from streams.engine.shared import SNAPSHOT_KEY
from streams.replay.replay_worker import ReplayWorker
from streams.replay.schedule import DAY_S
from streams.replay.timeline import PLAN_LEAD_S, SEND_LEAD_S, Step
from streams.simulation.barrier import TickBarrier
from streams.simulation.topic_tail import TopicTail

__all__ = ["Replayed", "replay_settings", "run_replay"]

RUNG = Rung(
    name="15m",
    opens_minutes=PLAN_LEAD_S // 60,
    closes_minutes=SEND_LEAD_S // 60,
    nominal_minutes=15,
)
_RECENT = 100


_Start = TypeVar("_Start")


@dataclass
class Replayed(Generic[_Start]):
    """What came of a replay.

    Attributes
    ----------
    records : how many were written, announcements and profiles among them.
    seconds : from the first record to the last tick's watermarks.
    metrics : by head of the model, as of the last snapshot.
    """

    records: int = 0
    ticks: int = 0
    seconds: float = 0.0
    starts: list[_Start] = field(default_factory=list)
    reminders: list[Reminder] = field(default_factory=list)
    metrics: dict[str, dict[str, float]] = field(default_factory=dict)


def replay_settings(
    settings: Settings, partitions: int, timezone: str = "America/Chicago", locale: str = "en"
) -> Settings:
    """The given settings, with what a replay needs put in.

    A prefix of its own, the topic clock, one rung; no quiet hours, since the people's own zones are
    not known; streams that close after a day; no price unless one was chosen, since each stream
    has few invitations to give. Caps, holdout and seed stay.

    Parameters
    ----------
    timezone, locale : of everybody; as they are, those of MovieLens.
    """
    name = f"replay-{uuid.uuid4().hex[:8]}"
    decision = settings.decision
    if "send_price" not in decision.model_fields_set:
        decision = decision.model_copy(update={"send_price": 0.0})
    return settings.model_copy(
        update={
            "app_id": name,
            "clock": "topic",
            "default_timezone": timezone,
            "default_locale": locale,
            "default_quiet_hours": None,
            "rungs": (RUNG,),
            "decision": decision,
            "redis": type(settings.redis).model_validate({"url": ""}),
            "streams": type(settings.streams)(close_after_hours=DAY_S / 3_600),
            "topics": settings.topics.model_copy(
                update={"prefix": f"{name}.", "partitions": partitions, "create": True}
            ),
        }
    )


def run_replay(
    settings: Settings,
    steps: Iterable[Step[_Start]],
    workers: int,
    say: Callable[[Step[_Start], Replayed[_Start]], None],
) -> Replayed[_Start]:
    """Write the steps one by one, each only when all workers have done the one before.

    Parameters
    ----------
    settings : of `replay_settings`, with `kafka.bootstrap_servers` filled in; its topics are
        created, and deleted at the end.
    say : told after each step.
    """
    kafka, prefix = settings.kafka, settings.topics.prefix
    table = topics(settings)
    names = [topic.name for topic in table.values()]
    timeout_s = settings.kafka.start_timeout_s
    with ExitStack() as stack:
        configured_topics(settings, create=True)
        stack.callback(_delete_topics, kafka, names, timeout_s)
        running = [stack.enter_context(ReplayWorker(settings)) for _ in range(workers)]
        barrier = TickBarrier(kafka, prefix, settings.topics.partitions)
        stack.callback(barrier.close)
        producer = stack.enter_context(event_producer(settings, linger_ms=0))

        def check() -> None:
            for worker in running:
                worker.check()

        done: Replayed[_Start] = Replayed()
        begun_s = time.monotonic()
        for step in steps:
            for record in step.records:
                producer.send(record)
            producer.tick(step.tick_s * 1_000)
            done.reminders += barrier.wait(step.tick_s * 1_000, check)
            done.records += len(step.records)
            done.ticks += 1
            done.starts += step.starts
            done.seconds = time.monotonic() - begun_s
            say(step, done)
        done.metrics = _last_metrics(kafka, table["models"].name)
    return done


def _last_metrics(kafka: Kafka, topic: str) -> dict[str, dict[str, float]]:
    """The metrics in the last snapshot that was broadcast."""
    metrics: dict[str, dict[str, float]] = {}
    with TopicTail(kafka, [topic], recent=_RECENT) as tail:
        while records := tail.poll(1.0):
            for record in records:
                if record.key == SNAPSHOT_KEY and record.value is not None:
                    metrics = ModelSnapshot.from_bytes(record.value).metrics
    return metrics


def _delete_topics(kafka: Kafka, names: list[str], timeout_s: float) -> None:
    with connect_admin(kafka, timeout_s=timeout_s) as admin:
        admin.delete_topics(names)
