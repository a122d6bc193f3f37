"""Behaviour at a steady rate, from a process of its own."""

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

from aiokafka import AIOKafkaProducer

from benchmarks.speed.children import child_environment, started
from benchmarks.speed.deployment import Deployment
from benchmarks.speed.events import Flood
from benchmarks.speed.publishing import owners_of_users

__all__ = ["Load", "running_load"]

STEP_S = 0.02
READY_S = 60.0


class Load:
    """A running load; `path`: where its process writes (epoch seconds, events) when it ends."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def wait_ready(self) -> None:
        """Wait until the first event is about to be sent."""
        assert self._process.stdout is not None  # noqa: S101 - we asked for a pipe
        if self._process.stdout.readline().strip() != b"ready":
            raise RuntimeError("the load did not start")

    def per_s(self) -> float:
        """Wait for the end and return the events per second that Kafka took."""
        assert self._process.stdout is not None  # noqa: S101 - we asked for a pipe
        return float(self._process.stdout.readline() or "nan")


@contextmanager
def running_load(deployment: Deployment, users: int, per_s: int, seconds: float) -> Iterator[Load]:
    """Send `per_s` events a second of `users` known users for `seconds`."""
    command = [sys.executable, str(Path(__file__)), deployment.bootstrap_servers]
    command += [deployment.topic("interactions"), str(deployment.partitions)]
    command += [str(users), str(per_s), str(seconds)]
    process = started(command, env=child_environment(), stdout=subprocess.PIPE)
    try:
        load = Load(process)
        load.wait_ready()
        yield load
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        process.wait()


async def _send(
    bootstrap: str, topic: str, partitions: int, users: int, per_s: int, seconds: float
) -> float:
    step = max(int(per_s * STEP_S), 1)
    steps = int(seconds * per_s / step)
    owners = owners_of_users(users, partitions)
    number = time.time_ns() // 1_000_000
    flood = Flood.of(step * steps, users, 0, seed=number % 2**31, first_number=number % 10**11)
    flood.ts[:] = time.time_ns() // 1_000_000 - 1_000
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, max_batch_size=1 << 20) as producer:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        began, sent = time.monotonic(), []
        for at in range(steps):
            part = flood.take(slice(at * step, (at + 1) * step))
            part.ts[:] = time.time_ns() // 1_000_000
            (records,) = part.records()
            batches = {}
            for key, value, owner in zip(
                records.keys, records.values, owners[part.user].tolist(), strict=True
            ):
                if owner not in batches:
                    batches[owner] = producer.create_batch()
                batches[owner].append(key=key, value=value, timestamp=None)
            for owner, batch in batches.items():
                sent.append(await producer.send_batch(batch, topic, partition=owner))
            if len(sent) > 400:
                await asyncio.gather(*sent)
                sent.clear()
            await asyncio.sleep(max(began + (at + 1) * step / per_s - time.monotonic(), 0))
        await asyncio.gather(*sent)
        return step * steps / (time.monotonic() - began)


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
