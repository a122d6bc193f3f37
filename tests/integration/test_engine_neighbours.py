"""Which hosts the same people watch reaches every worker, each visit counted once."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from enginerig.deployment import Deployment, wait_for
from enginerig.workers import ThreadWorker, WorkerProcess

from features.hashing import hash64
from features.row import short_hash
from online_models.neighbours import Neighbours
from reminders.visits import Visits
from streams.engine.clock import wall_clock_ms
from streams.engine.shared import NEAR_KEY
from streams.testing import MovableClock, interaction, stream

T0 = 1_764_000_000_000
MINUTE_MS = 60_000
HOSTS = ("tea", "cups", "socks")


def announce(deployment: Deployment, ts: int = T0) -> None:
    """A stream of each host, a day ahead."""
    streams = [stream(f"s-{host}", ts, host_id=host) for host in HOSTS]
    deployment.send(deployment.topics.streams, *streams)


def watch(deployment: Deployment, number: int, ts: int) -> None:
    """Let ten people watch tea and then cups, and others socks."""
    records = []
    for n in range(10):
        for place, host in enumerate(("tea", "cups")):
            at, user = ts + place * 1_000 + n, f"u{number}-{n}"
            records.append(interaction(user, "watch", at, stream_id=f"s-{host}", host_id=host))
        user = f"v{number}-{n}"
        records.append(interaction(user, "watch", ts + n, stream_id="s-socks", host_id="socks"))
    deployment.send(deployment.topics.interactions, *records)


def near(deployment: Deployment) -> dict[bytes, bytes]:
    """The newest record of each host."""
    rows = deployment.records(deployment.topics.models)
    return {row.key: row.value for row in rows if row.key.startswith(NEAR_KEY)}


def visits(deployment: Deployment) -> int:
    """How many visits were told of."""
    rows = deployment.records(deployment.topics.visits)
    return sum(len(msgspec.msgpack.decode(row.value, type=Visits)) for row in rows)


def told(deployment: Deployment) -> Neighbours:
    """What a worker that starts now would know."""
    shared = deployment.shared()
    for row in deployment.records(deployment.topics.models):
        shared.learned(row.key, row.value, row.timestamp)
    return shared.neighbours


def test_neighbours_are_the_same_whatever_dies(
    kafka: str, topic_prefix: str, tmp_path: Path
) -> None:
    """To the last bit: with one worker that stays, and with workers that are killed on the way."""
    found = []
    for name, kills in (("calm", 0), ("rough", 2)):
        with Deployment(kafka, f"{topic_prefix}{name}.", 2, "topic") as deployment:
            clock = MovableClock(T0)
            announce(deployment)
            deployment.tick(clock)
            done = 0
            for run in range(kills + 1):
                with WorkerProcess(deployment, tmp_path / f"{name}-{run}") as worker:
                    for _ in range(2):
                        watch(deployment, done, clock() + 1)
                        last = deployment.tick(clock, MINUTE_MS)
                        deployment.wait_for_tick(last)
                        done += 1
                    if run < kills:
                        worker.kill()
                    elif kills == 0:
                        for _ in range(4):
                            watch(deployment, done, clock() + 1)
                            deployment.wait_for_tick(deployment.tick(clock, MINUTE_MS))
                            done += 1
                    deployment.wait_for_tick(last)
            with ThreadWorker(deployment):
                last = deployment.tick(clock, MINUTE_MS)
                deployment.wait_for_tick(last)
                key = NEAR_KEY + b"%08x" % short_hash(hash64("cups"))
                wait_for(lambda: key in near(deployment), "nobody tells of cups")  # noqa: B023 - now
            assert visits(deployment) == 6 * 30
            found.append(near(deployment))
    assert found[0] == found[1]


@pytest.mark.parametrize("clock_mode", ["system", "topic"])
def test_who_watches_tea_is_near_cups(kafka: str, topic_prefix: str, clock_mode: str) -> None:
    """And socks are near nobody."""
    with Deployment(kafka, topic_prefix, 2, clock_mode) as deployment:
        begin = T0 if clock_mode == "topic" else wall_clock_ms() - MINUTE_MS
        clock = MovableClock(begin)
        announce(deployment, begin)
        with ThreadWorker(deployment):
            if clock_mode == "topic":
                deployment.wait_for_tick(deployment.tick(clock))
            watch(deployment, 0, begin + 1)
            if clock_mode == "topic":
                deployment.wait_for_tick(deployment.tick(clock, MINUTE_MS))
            cups = hash64("cups")
            wait_for(
                lambda: told(deployment).of(cups) is not None, "nothing is told of cups", 150.0
            )
        known = told(deployment)
        neighbourhood = known.of(cups)
        assert neighbourhood is not None
        assert neighbourhood.keys.tolist() == [short_hash(hash64("tea"))]
        assert known.of(hash64("socks")) is None
