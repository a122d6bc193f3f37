"""A defect stops the process and loses nothing; a Kafka that is away is waited for."""

from __future__ import annotations

import gc
import os
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from enginerig.broker import MortalBroker
from enginerig.deployment import Deployment, wait_for
from enginerig.load import Load
from enginerig.workers import ThreadWorker, WorkerProcess

from streams.engine.intake import Intake
from streams.testing import interaction

AWAY_S = float(os.environ.get("LIVECUE_TEST_AWAY_S", "8"))
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


@pytest.mark.parametrize("method", ["receive", "on_timer"])
def test_a_defect_stops_the_process(method: str, deployment: Deployment, tmp_path: Path) -> None:
    """In the agent and in the timer: exit code 1, offsets stay, the next worker does it all."""
    users = [f"user-{number}" for number in range(50)]
    deployment.send(deployment.topics.interactions, *(interaction(user) for user in users))
    faulty = FAULTY.format(method=method, failure=FAILURE)
    with WorkerProcess(deployment, tmp_path / "log", "-c", faulty) as worker:
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


def test_sigterm_commits_what_is_applied(deployment: Deployment, tmp_path: Path) -> None:
    """A worker that is asked to end does so with 0, and leaves nothing to do again."""
    with Load(deployment) as load, WorkerProcess(deployment, tmp_path / "log") as worker:
        wait_for(lambda: worker.owned() == 2, "the worker owns all")
        load.stop()
        deployment.wait_until_applied()
        assert worker.stop() == 0
    assert deployment.totals() == load.sent


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MortalBroker]:
    """A broker that no other test needs."""
    with MortalBroker(tmp_path_factory.mktemp("broker")) as started:
        yield started


# kafka-python forgets sockets whose connection was refused; that is the test's own producer.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("how", ["paused", "stopped and started again"])
def test_a_kafka_that_is_away_is_waited_for(
    how: str, broker: MortalBroker, topic_prefix: str, tmp_path: Path
) -> None:
    """The worker lives through it, goes on by itself, and every count is exact."""
    with (
        Deployment(broker.bootstrap_servers, topic_prefix) as deployment,
        WorkerProcess(deployment, tmp_path / "log") as worker,
    ):
        load = Load(deployment)
        with load:
            wait_for(lambda: worker.owned() == 2, "the worker owns all")
            deployment.wait_until_applied_so_far()
            if how == "paused":
                broker.pause()
                time.sleep(AWAY_S)
                broker.go_on()
            else:
                broker.stop()
                time.sleep(AWAY_S)
                broker.revive()
            back = time.monotonic()
            sent = sum(load.sent.values())
            wait_for(lambda: sum(load.sent.values()) > sent + 500, "events are sent again")
        deployment.wait_until_applied()
        print(f"{how}: all applied {time.monotonic() - back:.1f} s after Kafka was back")
        assert worker.alive, worker.log
        assert worker.stop() == 0
        assert deployment.totals() == load.sent
    gc.collect()
