"""Behaviour at a steady rate, rendered beforehand, from a process of its own."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaProducer

from benchmarks.speed.children import child_environment, started
from benchmarks.speed.deployment import Deployment
from benchmarks.speed.events import Flood
from benchmarks.speed.publishing import owners_of_users

__all__ = ["Load", "prepared_load", "running_load"]

STEP_S = 0.02


class Load:
    """A load that is rendered and waits for `begin`."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def begin(self) -> None:
        """Send the first event now."""
        assert self._process.stdin is not None  # noqa: S101 - we asked for a pipe
        self._process.stdin.write(b"go\n")
        self._process.stdin.flush()

    def wait_ready(self) -> None:
        """Wait until the first event could be sent."""
        if self._told() != b"ready":
            raise RuntimeError("the load did not start")

    def per_s(self) -> float:
        """Wait for the end and return the events per second that Kafka took."""
        return float(self._told() or "nan")

    def _told(self) -> bytes:
        assert self._process.stdout is not None  # noqa: S101 - we asked for a pipe
        return bytes(self._process.stdout.readline()).strip()


@contextmanager
def running_load(deployment: Deployment, users: int, per_s: int, seconds: float) -> Iterator[Load]:
    """Send `per_s` events a second of `users` known users for `seconds`."""
    with prepared_load(deployment, users, per_s, seconds) as load:
        load.begin()
        yield load


@contextmanager
def prepared_load(deployment: Deployment, users: int, per_s: int, seconds: float) -> Iterator[Load]:
    """Render what `running_load` sends; it is sent once `begin` is called."""
    command = [sys.executable, str(Path(__file__)), deployment.bootstrap_servers]
    command += [deployment.topic("interactions"), str(deployment.partitions)]
    command += [str(users), str(per_s), str(seconds)]
    process = started(
        command, env=child_environment(), stdout=subprocess.PIPE, stdin=subprocess.PIPE
    )
    try:
        load = Load(process)
        load.wait_ready()
        yield load
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        process.wait()


def _batches(
    producer: AIOKafkaProducer, users: int, partitions: int, per_s: int, seconds: float
) -> list[list[tuple[int, Any]]]:
    """Return of each step (partition, batch) of the batches to send."""
    step = max(int(per_s * STEP_S), 1)
    number, now_ms = time.time_ns() // 1_000_000, int(time.time() * 1_000)
    flood = Flood.of(
        step * int(seconds * per_s / step),
        users,
        now_ms,
        seed=number % 2**31,
        step_ms=1_000 / per_s,
        first_number=number % 10**11,
    )
    owners, start = owners_of_users(users, partitions)[flood.user].tolist(), 0
    steps = []
    for records in flood.records(step):
        batches: dict[int, Any] = {}
        for key, value, owner in zip(
            records.keys, records.values, owners[start : start + step], strict=True
        ):
            if owner not in batches:
                batches[owner] = producer.create_batch()
            batches[owner].append(key=key, value=value, timestamp=None)
        start += step
        steps.append(list(batches.items()))
    return steps


async def _send(
    bootstrap: str, topic: str, partitions: int, users: int, per_s: int, seconds: float
) -> float:
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, max_batch_size=1 << 20) as producer:
        steps = _batches(producer, users, partitions, per_s, seconds)
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()
        began, sent, events = time.monotonic(), [], 0
        for place, batches in enumerate(steps):
            for owner, batch in batches:
                sent.append(await producer.send_batch(batch, topic, partition=owner))
                events += batch.record_count()
            if len(sent) > 400:
                await asyncio.gather(*sent)
                sent.clear()
            await asyncio.sleep(max(began + (place + 1) * STEP_S - time.monotonic(), 0))
        await asyncio.gather(*sent)
        return events / (time.monotonic() - began)


def main() -> None:
    """Command line: bootstrap, topic, partitions, users, events/s, seconds; prints the rate."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bootstrap")
    parser.add_argument("topic")
    for name, kind in (("partitions", int), ("users", int), ("per_s", int), ("seconds", float)):
        parser.add_argument(name, type=kind)
    chosen = parser.parse_args()
    rate = asyncio.run(
        _send(
            chosen.bootstrap,
            chosen.topic,
            chosen.partitions,
            chosen.users,
            chosen.per_s,
            chosen.seconds,
        )
    )
    sys.stdout.write(f"{rate}\n")


if __name__ == "__main__":
    main()
