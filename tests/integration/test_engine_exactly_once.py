"""On the wall clock, every event counts once, whatever happens on the way."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from enginerig.deployment import Deployment, wait_for
from enginerig.load import Load
from enginerig.workers import ThreadWorker, WorkerProcess
from faust.types import TP

import streams.app
from streams.engine import batches, partition
from streams.engine.batches import BatchScheduler, RecordBatch
from streams.engine.state_log import replay_committed
from streams.testing import interaction

PARTITIONS = 4
LOSSES = 20
NUDGES = 10


@pytest.fixture
def deployment(kafka: str, topic_prefix: str) -> Iterator[Deployment]:
    """Topics with four user partitions."""
    with Deployment(kafka, topic_prefix, PARTITIONS) as made:
        yield made


class Restores:
    """Counts the changelogs that were read back, and can hold them up."""

    def __init__(self) -> None:
        self.count = 0
        self.go_on = threading.Event()
        self.go_on.set()
        self._replay = replay_committed

    async def __call__(self, *arguments: Any) -> int:
        """Read a changelog back, once that is allowed."""
        self.count += 1
        await asyncio.to_thread(self.go_on.wait)
        return await self._replay(*arguments)


@pytest.fixture
def restores(monkeypatch: pytest.MonkeyPatch) -> Restores:
    """Whoever restores is counted."""
    counted = Restores()
    monkeypatch.setattr(partition, "replay_committed", counted)
    return counted


class LossyScheduler(BatchScheduler):
    """Loses every third batch that it has not lost before, up to a number."""

    lost: set[tuple[TP, int]]
    seen: int

    def __init__(self) -> None:
        self.lost = set()
        self.seen = 0

    def _batches(self, tp: TP, rows: list[Any]) -> list[Any]:
        return [batch for batch in super()._batches(tp, rows) if not self._loses(tp, batch)]

    def _loses(self, tp: TP, batch: RecordBatch) -> bool:
        self.seen += 1
        if self.seen % 3 or (tp, batch.offset) in self.lost or len(self.lost) == LOSSES:
            return False
        self.lost.add((tp, batch.offset))
        return True


def test_batches_lost_on_the_way_are_fetched_again(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A third of the batches vanish in the pipe, single ones and whole fetches."""
    monkeypatch.setattr(streams.app, "BatchScheduler", LossyScheduler)
    monkeypatch.setattr(batches, "BATCH_RECORDS", 20)
    with ThreadWorker(deployment) as worker:
        with Load(deployment) as load:
            wait_for(lambda: sum(load.sent.values()) >= 1_500, "events are sent")
        assert worker.app is not None
        scheduler = worker.app.consumer.scheduler
        assert isinstance(scheduler, LossyScheduler)

        # A batch lost at the tail is missed when the next one comes.
        for nudge in range(NUDGES):
            events = [interaction(user, ts=10**9 + nudge) for user in load.sent]
            deployment.send(deployment.topics.interactions, *events)
            load.sent.update(load.sent.keys())
            with suppress(AssertionError):
                deployment.wait_until_applied(timeout_s=2)
                break
        deployment.wait_until_applied()
    assert len(scheduler.lost) == LOSSES
    assert deployment.totals() == load.sent


def test_batches_that_come_before_the_restore_come_again(
    deployment: Deployment, restores: Restores, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Events reach a worker that is still reading its changelog; none is lost."""
    early: list[RecordBatch] = []
    receive = partition.Partition.receive

    async def note(self: partition.Partition, batch: RecordBatch) -> None:
        if not self.ready.is_set():
            early.append(batch)
        await receive(self, batch)

    monkeypatch.setattr(partition.Partition, "receive", note)
    restores.go_on.clear()
    with Load(deployment) as load, ThreadWorker(deployment):
        came = 3 * PARTITIONS
        wait_for(lambda: len(early) >= came, "no batch before the restore")
        restores.go_on.set()
        load.stop()
        deployment.wait_until_applied()
    assert deployment.totals() == load.sent


def test_counts_stay_exact_while_workers_come_and_go(
    deployment: Deployment, restores: Restores
) -> None:
    """And a partition that comes back to its worker at once is not restored."""
    with Load(deployment) as load, ThreadWorker(deployment) as first:
        wait_for(lambda: restores.count == PARTITIONS, "the first owns all")
        deployment.wait_until_applied_so_far()
        with ThreadWorker(deployment) as second:
            wait_for(lambda: len(second.assignment) == 6, "the second owns its share")
            deployment.wait_until_applied_so_far()
        wait_for(lambda: len(first.assignment) == 12, "the first owns all again")
        deployment.wait_until_applied_so_far()
        load.stop()
        deployment.wait_until_applied()
        assert first.crash_reason is None
    assert deployment.totals() == load.sent
    # All four, two by the second worker, these two by the first again.
    assert restores.count == PARTITIONS + 2 + 2


def test_kill_9_under_load(deployment: Deployment, tmp_path: Path) -> None:
    """The other worker takes over all partitions, and every count is exact."""
    with (
        WorkerProcess(deployment, tmp_path / "first.log") as first,
        WorkerProcess(deployment, tmp_path / "second.log") as second,
        Load(deployment) as load,
    ):
        wait_for(lambda: bool(first.owned() and second.owned()), "both own some")
        deployment.wait_until_applied_so_far()
        before = len(second.log)
        first.kill()
        took_s = wait_for(lambda: second.owned(before) == PARTITIONS, "the second takes over")
        load.stop()
        deployment.wait_until_applied()
        assert second.stop() == 0
    assert deployment.totals() == load.sent
    session_s = deployment.settings.kafka.session_timeout_s
    assert took_s < session_s + 6


def test_watermarks_go_on_while_nothing_happens(kafka: str, topic_prefix: str) -> None:
    """At least every 5 s for every partition, with the default settings and without any user."""
    with Deployment(kafka, topic_prefix, engine={}) as idle, ThreadWorker(idle):
        wait_for(lambda: len(idle.poll()) > 6 * idle.partitions, "no watermarks")
    for number in range(idle.partitions):
        times = [mark.clock_ts for mark in idle.marks if mark.partition == number]
        gaps = [late - early for early, late in pairwise(times)]
        assert times
        assert max(gaps) <= 5_000
    assert Counter(mark.reminders_end_offset for mark in idle.marks).keys() == {0}
