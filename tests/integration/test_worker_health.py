"""What a real worker says of its health, while all is well and while it is not."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from enginerig.broker import MortalBroker
from enginerig.deployment import Deployment, wait_for
from enginerig.scrape import Scrape
from enginerig.workers import ThreadWorker
from faust.types import TP

from streams.embedded.ports import free_ports
from streams.engine import partition
from streams.engine.state_log import replay_committed
from streams.testing import interaction

STALLED_AFTER_S = 5.0
LIVE, READY = "/health/live", "/health/ready"


class Watched(Deployment):
    """A deployment whose worker can be asked.

    Attributes
    ----------
    scrape : asks the worker.
    """

    def __init__(self, kafka: str, prefix: str, partitions: int = 1) -> None:
        (port,) = free_ports(1)
        self.scrape = Scrape(port)
        http = {"port": port, "stalled_after_s": STALLED_AFTER_S}
        super().__init__(kafka, prefix, partitions, http=http)

    def wait_for(self, path: str, status: int) -> None:
        """Wait until a page has this status."""
        wait_for(lambda: self.scrape.status(path) == status, f"{path}: {self.told(path)}")

    def told(self, path: str) -> dict[str, Any]:
        """What a health page says; nothing while nobody listens."""
        answer = self.scrape.get(path)
        return {} if answer is None else answer.told

    def live_until(self, holds: Callable[[], bool], what: str) -> None:
        """Wait until something holds, while the worker is live all the time."""

        def holds_and_live() -> bool:
            assert self.scrape.status(LIVE) == 200, self.told(LIVE)
            return holds()

        wait_for(holds_and_live, what)

    def clock_ts(self) -> int:
        """The newest watermark; −1 before the first."""
        self.poll()
        return max((mark.clock_ts for mark in self.newest().values()), default=-1)


def test_an_idle_worker_stays_live(kafka: str, topic_prefix: str) -> None:
    """Nothing to do for longer than it may stand still with something to do."""
    with Watched(kafka, topic_prefix) as deployment, ThreadWorker(deployment):
        deployment.wait_for(READY, 200)
        wait_for(lambda: deployment.clock_ts() > 0, "a watermark")
        begun_ts, long_ms = deployment.clock_ts(), 2_000 * STALLED_AFTER_S
        deployment.live_until(lambda: deployment.clock_ts() > begun_ts + long_ms, "time goes by")


def test_a_silent_consumer_turns_red(kafka: str, topic_prefix: str) -> None:
    """Input waits, Faust's consumer fetches none of it: not live, and why; then well again."""
    with Watched(kafka, topic_prefix) as deployment, ThreadWorker(deployment) as worker:
        deployment.wait_for(READY, 200)
        paused = {TP(deployment.topics.interactions, 0)}
        worker.call(lambda: worker.consumer.pause_partitions(paused))
        deployment.send(deployment.topics.interactions, interaction("ann", ts=1))
        deployment.wait_for(LIVE, 503)
        told = deployment.told(LIVE)
        assert told["status"] == "not live"
        (reason,) = told["reasons"]
        assert reason.startswith("partition 0: 1 records of")
        assert "interactions wait and none is taken" in reason
        assert told["partitions"]["0"]["lag_records"]["interactions"] == 1
        assert deployment.scrape.status(READY) == 503
        assert deployment.scrape.samples()["livecue_live"][()] == 0
        worker.call(lambda: worker.consumer.resume_partitions(paused))
        deployment.wait_for(READY, 200)
        deployment.wait_until_applied()


def test_a_blocked_event_loop_turns_red(kafka: str, topic_prefix: str) -> None:
    """The server answers for it."""
    go_on = threading.Event()
    with Watched(kafka, topic_prefix) as deployment, ThreadWorker(deployment) as worker:
        deployment.wait_for(READY, 200)
        worker.call(lambda: go_on.wait(60))
        deployment.wait_for(LIVE, 503)
        assert "the event loop has had no turn" in deployment.told(LIVE)["reasons"][0]
        go_on.set()
        deployment.wait_for(READY, 200)


def test_who_restores_is_live_and_not_ready(
    kafka: str, topic_prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until all owned partitions have read their changelog."""
    go_on = threading.Event()

    async def held_up(*arguments: Any) -> int:
        await asyncio.to_thread(go_on.wait, 60)
        return await replay_committed(*arguments)

    monkeypatch.setattr(partition, "replay_committed", held_up)
    with Watched(kafka, topic_prefix, 2) as deployment, ThreadWorker(deployment):
        restoring = {"0": "restoring", "1": "restoring"}

        def states() -> dict[str, str]:
            told = deployment.told(READY).get("partitions", {})
            return {number: one["state"] for number, one in told.items()}

        wait_for(lambda: states() == restoring, "both are restoring")
        assert deployment.scrape.status(READY) == 503
        assert deployment.scrape.status(LIVE) == 200
        assert deployment.scrape.samples()["livecue_partitions"]["restoring",] == 2
        go_on.set()
        deployment.wait_for(READY, 200)


def test_a_worker_without_partitions_is_ready(kafka: str, topic_prefix: str) -> None:
    """One of two workers has the only partition; both do their share."""
    with (
        Watched(kafka, topic_prefix) as first,
        Watched(kafka, topic_prefix) as second,
        ThreadWorker(first),
    ):
        first.wait_for(READY, 200)
        with ThreadWorker(second):
            second.wait_for(READY, 200)
            first.wait_for(READY, 200)
            owned = [len(one.told(READY)["partitions"]) for one in (first, second)]
            assert sorted(owned) == [0, 1]


def test_kafka_away_is_nothing_that_a_new_start_would_help(
    tmp_path: Path, topic_prefix: str
) -> None:
    """The worker waits, stays live, and says since when Kafka has been silent."""
    with (
        MortalBroker(tmp_path) as broker,
        Watched(broker.bootstrap_servers, topic_prefix) as deployment,
        ThreadWorker(deployment),
    ):
        deployment.wait_for(READY, 200)
        broker.pause()
        try:
            deployment.live_until(
                lambda: deployment.told(LIVE)["kafka_silence_s"] > 3 * STALLED_AFTER_S, "silence"
            )
        finally:
            broker.go_on()
        deployment.wait_for(READY, 200)
        deployment.wait_until_applied()
