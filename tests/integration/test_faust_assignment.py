"""What Faust gives to whom: the same partition numbers of all inputs, each to one worker."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial

import pytest
from enginerig.deployment import Deployment, wait_for
from enginerig.workers import ThreadWorker

from streams.testing import interaction

PARTITIONS = 8


@pytest.fixture
def deployment(kafka: str, topic_prefix: str) -> Iterator[Deployment]:
    """Topics with eight user partitions."""
    with Deployment(kafka, topic_prefix, PARTITIONS) as made:
        yield made


def _shared_out(deployment: Deployment, workers: list[ThreadWorker]) -> bool:
    """Whether every partition of every input has one owner, and every worker has some."""
    inputs = deployment.topics.user_inputs
    owned = [worker.assignment for worker in workers]
    held = Counter(tp for tps in owned for tp in tps)
    return all(owned) and held == {
        (topic, number): 1 for topic in inputs for number in range(PARTITIONS)
    }


def test_inputs_stay_together_however_many_workers(deployment: Deployment) -> None:
    """With 1, 2, 3 and 8 workers, each has the same partition numbers of all three inputs."""
    users = [f"user-{number}" for number in range(200)]
    workers: list[ThreadWorker] = []
    with ExitStack() as stack:
        for rung, count in enumerate((1, 2, 3, 8)):
            workers += [
                stack.enter_context(ThreadWorker(deployment)) for _ in range(count - len(workers))
            ]
            wait_for(partial(_shared_out, deployment, workers), f"no balance of {count}")
            for worker in workers:
                numbers = [
                    {n for name, n in worker.assignment if name == topic}
                    for topic in deployment.topics.user_inputs
                ]
                assert numbers[0] == numbers[1] == numbers[2]
            deployment.send(
                deployment.topics.interactions, *(interaction(user, ts=rung) for user in users)
            )
            deployment.wait_until_applied()
        for worker in workers:
            worker.ask_to_stop()
    assert deployment.totals() == Counter(dict.fromkeys(users, 4))
