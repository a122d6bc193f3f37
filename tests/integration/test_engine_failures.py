"""A defect stops the process and loses nothing; a Kafka that is away is waited for."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer
from enginerig.broker import MortalBroker
from enginerig.deployment import Deployment, wait_for
from enginerig.load import Load
from enginerig.workers import ThreadWorker, WorkerProcess

from streams.engine.intake import Intake
from streams.testing import interaction

# Longer than the session, so that the group is lost too.
AWAY_S = 7.0
FAILURE = "a defect in the code"
FAULTY = """
import sys
from streams.cli import main
from streams.engine.worker import Worker

async def fail(*_):
    raise RuntimeError("{failure}")

Worker.{method} = fail
sys.argv[1:] = ["worker"]
main()
"""


@pytest.fixture
def deployment(kafka: str, topic_prefix: str) -> Iterator[Deployment]:
    """Topics with two user partitions."""
    with Deployment(kafka, topic_prefix) as made:
        yield made


def test_a_defect_stops_the_process(kafka: str, topic_prefix: str, tmp_path: Path) -> None:
    """In the agent and in the timer: exit code 1, offsets stay, the next worker does it all."""
    users = [f"user-{number}" for number in range(50)]
    with ExitStack() as stack:
        cases = []
        for method in ("receive", "on_timer"):
            made = stack.enter_context(Deployment(kafka, f"{topic_prefix}{method}."))
            made.send(made.topics.interactions, *(interaction(user) for user in users))
            faulty = FAULTY.format(method=method, failure=FAILURE)
            log = tmp_path / method
            cases.append((made, stack.enter_context(WorkerProcess(made, log, "-c", faulty))))
        for deployment, worker in cases:
            assert worker.wait() == 1
            assert FAILURE in worker.log
            deployment.poll()
            offsets = [offset for mark in deployment.marks for offset in mark.offsets.values()]
            assert set(offsets) <= {0}
            with ThreadWorker(deployment):
                deployment.wait_until_applied()
            assert deployment.totals() == Counter(users)


def test_a_half_applied_batch_is_never_committed(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failure in the midst of a batch: the offsets stay before it, also at the end."""
    apply = Intake.apply

    def fail(self: Intake, *arguments: object) -> None:
        apply(self, *arguments)  # type: ignore[arg-type]
        raise RuntimeError(FAILURE)

    deployment.send(deployment.topics.interactions, interaction("u"))
    with monkeypatch.context() as patch:
        patch.setattr(Intake, "apply", fail)
        worker = ThreadWorker(deployment).start()
        wait_for(lambda: worker.crash_reason is not None, "the worker does not crash")
        worker.stop()
    with ThreadWorker(deployment):
        deployment.wait_until_applied()
    assert deployment.totals() == {"u": 1}


def test_fetching_begins_without_committed_offsets(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody commits any: a Kafka that is slow to say so must not silence the worker for good."""

    async def ask_for_ever(*_places: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(AIOKafkaConsumer, "seek_to_committed", ask_for_ever)
    deployment.send(deployment.topics.interactions, interaction("u"))
    with ThreadWorker(deployment):
        deployment.wait_until_applied()
    assert deployment.totals() == {"u": 1}


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MortalBroker]:
    """A broker that no other test needs."""
    with MortalBroker(tmp_path_factory.mktemp("broker")) as started:
        yield started


def test_a_kafka_that_is_away_is_waited_for(broker: MortalBroker, topic_prefix: str) -> None:
    """Paused, or stopped and started anew: the worker goes on by itself, every count is exact."""
    sent: Counter[str] = Counter()
    with (
        Deployment(broker.bootstrap_servers, topic_prefix) as deployment,
        ThreadWorker(deployment) as worker,
    ):
        with Load(deployment) as load:
            deployment.wait_until_applied_so_far()
            broker.pause()
            time.sleep(AWAY_S)
            broker.go_on()
            deployment.wait_until_applied_so_far()
        sent += load.sent
        with deployment.disconnected():
            broker.stop()
            broker.revive()
        with Load(deployment, start=10**6) as load:
            deployment.wait_until_applied_so_far()
        sent += load.sent
        deployment.wait_until_applied()
        assert worker.crash_reason is None
    assert deployment.totals() == sent
