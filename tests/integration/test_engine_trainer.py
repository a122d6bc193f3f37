"""Every example is learned once, and each snapshot says how many were."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import pytest
from enginerig.deployment import Deployment, wait_for
from enginerig.workers import ThreadWorker, WorkerProcess

from features.registry import FEATURE_NAMES
from online_models.example import Example, encode_example
from online_models.snapshot import ModelSnapshot
from streams.engine.log_heads import LogHeads
from streams.engine.outgoing import Record
from streams.engine.partition import Partition
from streams.engine.shared import SNAPSHOT_KEY
from streams.engine.trainer import TrainerService
from streams.testing import MovableClock

T0 = 1_764_000_000_000
MINUTE_MS = 60_000
TICK_AGAIN_S = 2.0
PATIENCE_S = 120.0


class School:
    """Sends examples, and reads what became of them."""

    def __init__(self, deployment: Deployment) -> None:
        self.sent = 0
        self._deployment = deployment

    def send(self, count: int) -> None:
        """Append some examples."""
        records: list[tuple[bytes, bytes]] = []
        for number in range(self.sent, self.sent + count):
            one = Example(
                reminder_id=f"{number:032x}",
                user_id=f"u{number}",
                stream_id="s",
                rung="2h",
                intent="invite",
                sent=True,
                decided_ts=T0,
                closed_ts=T0,
                x=[(number * 7 + at) % 5 / 5 for at in range(len(FEATURE_NAMES))],
                opened=number % 3 == 0,
                attended=number % 4 == 0,
            )
            records.append((one.user_id.encode(), encode_example(one)))
        self._deployment.send(self._deployment.topics.examples, *records)
        self.sent += count

    def snapshots(self) -> list[ModelSnapshot]:
        """All that were broadcast, oldest first."""
        rows = self._deployment.records(self._deployment.topics.models)
        return [ModelSnapshot.from_bytes(row.value) for row in rows if row.key == SNAPSHOT_KEY]

    def learned(self) -> int:
        """How many examples the newest snapshot has learned from."""
        return max((one.version for one in self.snapshots()), default=0)

    def stamped(self, ts: int) -> bool:
        """Whether there is a snapshot of this tick."""
        return any(one.stamp_ts == ts for one in self.snapshots())


@pytest.fixture(params=["system", "topic"])
def deployment(
    request: pytest.FixtureRequest, kafka: str, topic_prefix: str
) -> Iterator[Deployment]:
    """Two user partitions, on either clock."""
    with Deployment(kafka, topic_prefix, 2, request.param) as made:
        yield made


def test_each_example_is_learned_once(deployment: Deployment, tmp_path: Path) -> None:
    """They come without a pause; the trainer is killed at any moment, and another goes on."""
    school, clock = School(deployment), MovableClock(T0)
    simulated = deployment.settings.clock == "topic"

    def keep_sending_until_learned(count: int) -> None:
        ticked_s, tick = -TICK_AGAIN_S, 0

        def learned() -> bool:
            nonlocal ticked_s, tick
            school.send(40)
            # Ticks that pile up while the dead worker is still a member would take minutes.
            late = time.monotonic() - ticked_s >= TICK_AGAIN_S
            if simulated and (late or school.stamped(tick)):
                ticked_s, tick = time.monotonic(), deployment.tick(clock, MINUTE_MS)
            return school.learned() >= count

        wait_for(learned, "the trainer does not learn", PATIENCE_S)

    with WorkerProcess(deployment, tmp_path / "log") as worker:
        keep_sending_until_learned(40)
        worker.kill()
    at_kill = school.learned()
    with ThreadWorker(deployment):
        keep_sending_until_learned(at_kill + 40)
        if simulated:
            last = deployment.tick(clock, MINUTE_MS)
            wait_for(lambda: school.stamped(last), "no snapshot of the last tick")
        wait_for(lambda: school.learned() >= school.sent, "not all is learned")
    assert school.learned() == school.sent
    versions = [one.version for one in school.snapshots()]
    assert versions == sorted(versions)


def test_a_tick_learns_from_all_before_it(kafka: str, topic_prefix: str) -> None:
    """Each tick after the first has one snapshot, of exactly the examples sent before it."""
    with Deployment(kafka, topic_prefix, 2, "topic") as deployment:
        school, clock = School(deployment), MovableClock(T0)
        expected = {}
        with ThreadWorker(deployment):
            deployment.wait_for_tick(deployment.tick(clock))
            for _ in range(5):
                school.send(10)
                tick = deployment.tick(clock, MINUTE_MS)
                expected[tick] = school.sent
                wait_for(lambda ts=tick: school.stamped(ts), "no snapshot")  # type: ignore[misc]
        assert {one.stamp_ts: one.version for one in school.snapshots()} == expected


class Notebook(Partition):
    """Keeps what is published to a single topic."""

    def __init__(self) -> None:
        self.pages: list[Record] = []

    async def publish(self, _topic: str, records: Sequence[Record]) -> None:
        """Write it down."""
        self.pages += records


class HastyTrainer(TrainerService):
    """Asks where the examples end before most of them have come."""

    async def _end(self) -> int:
        return 1


def test_the_progress_counts_what_a_fetch_brought_beyond_the_end(
    kafka: str, topic_prefix: str
) -> None:
    """Examples that came after the end was asked for are learned and not learned again."""

    async def learn(deployment: Deployment) -> list[Record]:
        partition, heads = Notebook(), LogHeads(deployment.settings.kafka)
        trainer = HastyTrainer(deployment.shared(), partition, heads)
        await heads.start()
        try:
            await trainer.open()
            assert await trainer.learn(1, always=False)
            assert not await trainer.learn(2, always=False)
        finally:
            await trainer.close()
            await heads.stop()
        return partition.pages

    with Deployment(kafka, topic_prefix) as deployment:
        School(deployment).send(10)
        snapshot, progress = asyncio.run(learn(deployment))
    offset, _ = msgspec.msgpack.decode(progress.value or b"", type=tuple[int, bytes])
    assert ModelSnapshot.from_bytes(snapshot.value or b"").version == offset == 10
