"""Kafka stops, pauses, is cut off and runs out of disk: workers wait, and go on exactly."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random

import pytest
from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition
from steady.broker import ProxiedBroker
from steady.crew import Crew, wait_for
from steady.length import LONG, SEED
from steady.stage import Site, staged

SESSION_S = 6.0
# The engine's transaction timeout, and what the broker takes to notice.
TRANSACTION_S = 60.0 + 40.0
DISK_MB = 160

long_only = pytest.mark.skipif(not LONG, reason="make faults")


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProxiedBroker]:
    """A broker that no other test needs, and a proxy before it."""
    with ProxiedBroker(tmp_path_factory.mktemp("broker")) as started, started.proxy:
        yield started


def site(broker: ProxiedBroker, prefix: str, folder: Path, **settings: str) -> Site:
    """Workers come through the proxy, everybody else does not."""
    told = {f"LIVECUE_{name}": value for name, value in settings.items()}
    return Site(broker.bootstrap_servers, prefix, folder, 4, broker.proxied, told)


def two(crew: Crew) -> None:
    """Two workers."""
    crew.hire_ready()
    crew.hire_ready()


@long_only
def test_a_broker_that_stops_and_pauses(
    broker: ProxiedBroker, topic_prefix: str, tmp_path: Path
) -> None:
    """Stopped and started again; silent for longer than a session."""
    with staged(site(broker, topic_prefix, tmp_path), begin=two) as stage:
        stage.window(1)
        broker.stop()
        broker.revive()
        stage.window(2)
        broker.pause()
        time.sleep(SESSION_S + 2)
        broker.go_on()
        stage.assert_exact(complete=False)


@long_only
def test_connections_that_break_and_drag(
    broker: ProxiedBroker, topic_prefix: str, tmp_path: Path
) -> None:
    """Each is cut six times, at random moments, and then everything takes longer."""
    rng = Random(SEED)
    with staged(site(broker, topic_prefix, tmp_path), begin=two) as stage:
        stage.window(1)
        for _ in range(6):
            broker.proxy.cut()
            time.sleep(rng.uniform(0.2, 3.0))
        assert broker.proxy.cuts > 6
        stage.window(2)
        broker.proxy.delay_s = 0.15
        time.sleep(10)
        broker.proxy.delay_s = 0.0
        stage.assert_exact()


def open_transactions(broker: ProxiedBroker, prefix: str, partitions: int) -> bool:
    """Whether a transaction holds readers of the topic `state` back."""
    places = [TopicPartition(prefix + "state", number) for number in range(partitions)]
    ends = []
    for level in ("read_committed", "read_uncommitted"):
        options = {"bootstrap_servers": broker.bootstrap_servers, "isolation_level": level}
        with closing(KafkaConsumer(**options, enable_auto_commit=False)) as reader:
            reader.assign(places)
            reader.seek_to_end(*places)
            ends.append([reader.position(place) for place in places])
    return ends[0] != ends[1]


@long_only
def test_a_transaction_that_times_out(
    broker: ProxiedBroker, topic_prefix: str, tmp_path: Path
) -> None:
    """Its worker slept within it, without losing its session: Kafka aborts, it restores."""
    patient = site(
        broker,
        topic_prefix,
        tmp_path,
        KAFKA__SESSION_TIMEOUT_S="90",
        KAFKA__REQUEST_TIMEOUT_S="90",
    )  # longer than the transaction's 60 s; who is fenced waits half as long again

    def begin(crew: Crew) -> None:
        crew.hire_ready("outbox.before_commit:stop:60")

    with staged(patient, begin=begin) as stage:
        (hand,) = stage.crew.hands
        wait_for(hand.is_stopped, hand.tail)
        assert open_transactions(broker, topic_prefix, 4)
        wait_for(lambda: not open_transactions(broker, topic_prefix, 4), hand.tail, TRANSACTION_S)
        hand.send(signal.SIGCONT)
        stage.window(1)
        stage.assert_exact(complete=False)


def test_topics_with_other_partitions_are_refused(
    kafka: str, topic_prefix: str, tmp_path: Path
) -> None:
    """Three partitions more than the settings say: exit 1, and which topics, at once."""
    crew = Crew(
        tmp_path,
        {
            "LIVECUE_KAFKA__BOOTSTRAP_SERVERS": kafka,
            "LIVECUE_REDIS__URL": "",
            "LIVECUE_TOPICS__PREFIX": topic_prefix,
            "LIVECUE_TOPICS__PARTITIONS": "2",
        },
    )
    assert crew.livecue("topics").returncode == 0
    with closing(KafkaAdminClient(bootstrap_servers=kafka)) as admin:
        admin.create_partitions(
            dict.fromkeys((f"{topic_prefix}interactions", f"{topic_prefix}state"), 5)
        )
    refused = crew.livecue("worker")
    assert refused.returncode == 1
    for name in ("interactions", "state"):
        assert f"{topic_prefix}{name} has 5, not 2" in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one's own, which only root can have made."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "tmpfs", str(folder)]
    if subprocess.run(mount, check=False).returncode:
        pytest.skip("no tmpfs may be mounted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@long_only
def test_a_full_disk(small_disk: Path, topic_prefix: str, tmp_path: Path) -> None:
    """The broker ends; once there is room and it is back, everything goes on and is exact."""
    filler = small_disk / "filler"
    with (
        ProxiedBroker(small_disk) as broker,
        broker.proxy,
        staged(site(broker, topic_prefix, tmp_path), begin=two) as stage,
    ):
        stage.window(1)
        with filler.open("wb", buffering=0) as full:
            try:
                while True:
                    full.write(bytes(1 << 16))
            except OSError:
                pass
        wait_for(lambda: not broker.lives, stage.crew.log)
        filler.unlink()
        broker.stop()
        broker.revive()
        stage.assert_exact(complete=False)
