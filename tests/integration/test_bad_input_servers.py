"""Servers and settings that are not as they should be: said in a sentence, waited for, survived."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from functools import partial
from pathlib import Path

import psutil
import pytest
from badwire.records import good_record
from replica.counts import restored_counts
from testbed.bus import Bus
from testbed.command import process_environment, run_livecue
from testbed.workers import Workers

from streams.embedded import EmbeddedKafka

NOW = 1_792_800_000_000
MINUTE_MS = 60_000
PARTITIONS = 2


def worker(folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a worker until it ends by itself."""
    variables = {f"LIVECUE_{name}": value for name, value in settings.items()}
    return run_livecue(folder, process_environment(variables), "worker", timeout_s=60)


def test_kafka_away_at_the_start(tmp_path: Path) -> None:
    """It is asked again for as long as the settings say, then the worker ends with 1."""
    address = "127.0.0.1:1"
    began = time.monotonic()
    ended = worker(tmp_path, KAFKA__BOOTSTRAP_SERVERS=address, KAFKA__START_TIMEOUT_S="3")
    assert ended.returncode == 1
    assert address in ended.stderr
    assert "Traceback" not in ended.stderr
    assert 3 <= time.monotonic() - began < 20


def test_wrong_settings_are_reported_all_at_once(tmp_path: Path) -> None:
    """Wrong type, out of range, wrong word, unknown key: all four, with their paths, and exit 2."""
    ended = worker(
        tmp_path,
        TOPICS__PARTITIONS="many",
        GUARDRAILS__MAX_INVITES_24H="-1",
        GUARDRAILS__MAX_INVITE_24H="3",
        CLOCK="sundial",
    )
    assert ended.returncode == 2
    for path in (
        "topics.partitions",
        "guardrails.max_invites_24h",
        "LIVECUE_GUARDRAILS__MAX_INVITE_24H",
        "clock",
    ):
        assert path in ended.stderr
    assert "Traceback" not in ended.stderr


def test_another_partition_count_is_refused(kafka: str, topic_prefix: str, tmp_path: Path) -> None:
    """Users would move between partitions: exit 1, and which topic has how many."""
    settings = {"KAFKA__BOOTSTRAP_SERVERS": kafka, "TOPICS__PREFIX": topic_prefix}
    environment = {f"LIVECUE_{name}": value for name, value in settings.items()}
    few = Workers(tmp_path, 0, {**environment, "LIVECUE_TOPICS__PARTITIONS": "2"})
    assert few.livecue("topics").returncode == 0
    ended = worker(tmp_path, **settings, TOPICS__PARTITIONS="3")
    assert ended.returncode == 1
    assert f"{topic_prefix}interactions" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_missing_topics_are_not_made_when_told_so(
    kafka: str, topic_prefix: str, tmp_path: Path
) -> None:
    """`topics.create` false: exit 1, and what to run."""
    ended = worker(
        tmp_path,
        KAFKA__BOOTSTRAP_SERVERS=kafka,
        TOPICS__PREFIX=topic_prefix,
        TOPICS__CREATE="false",
    )
    assert ended.returncode == 1
    assert f"{topic_prefix}interactions" in ended.stderr
    assert "Traceback" not in ended.stderr


def broker_process(bootstrap_servers: str) -> psutil.Process:
    """The broker that listens there."""
    port = int(bootstrap_servers.rpartition(":")[2])
    for one in psutil.Process().children(recursive=True):
        if any(at.laddr.port == port for at in one.net_connections() if at.status == "LISTEN"):
            return one
    raise AssertionError(f"no broker at {bootstrap_servers}")


def write_events(bus: Bus, ts: int, count: int) -> None:
    """As many events of each of 50 users."""
    for number in range(count):
        for user in range(50):
            event = good_record("interactions", f"u{user}", ts, ts // MINUTE_MS * 100 + number)
            bus.write("interactions", f"u{user}".encode(), json.dumps(event).encode())


def ticked(bus: Bus, ts: int) -> bool:
    """Whether all partitions have had a tick."""
    marks = [json.loads(one.value or b"{}") for one in bus.read["watermarks"]]
    return len({one["partition"] for one in marks if one["clock_ts"] == ts}) == PARTITIONS


@pytest.mark.parametrize("away_s", [3, 12])
def test_kafka_away_later(topic_prefix: str, tmp_path: Path, away_s: int) -> None:
    """A broker that stops answering, for less and for more than a session: nothing is lost."""
    with EmbeddedKafka() as broker:
        settings = {
            "LIVECUE_KAFKA__BOOTSTRAP_SERVERS": broker.bootstrap_servers,
            "LIVECUE_REDIS__URL": "",
            "LIVECUE_CLOCK": "topic",
            "LIVECUE_TOPICS__PREFIX": topic_prefix,
            "LIVECUE_TOPICS__PARTITIONS": str(PARTITIONS),
            "LIVECUE_KAFKA__SESSION_TIMEOUT_S": "6",
            "LIVECUE_KAFKA__REQUEST_TIMEOUT_S": "10",
        }
        workers = Workers(tmp_path, 1, settings)
        assert workers.livecue("topics").returncode == 0
        with workers, Bus(broker.bootstrap_servers, topic_prefix, PARTITIONS) as bus:
            process = broker_process(broker.bootstrap_servers)
            for number in range(4):
                ts = NOW + number * MINUTE_MS
                write_events(bus, ts, 20)
                bus.tick(ts)
                if number in (1, 2):
                    process.send_signal(signal.SIGSTOP)
                    time.sleep(away_s)
                    process.send_signal(signal.SIGCONT)
                done = bus.poll_until(partial(ticked, bus, ts), 90, workers.check)
                assert done, workers.log()
            counts = restored_counts(broker.bootstrap_servers, topic_prefix, PARTITIONS)
    assert counts == {f"u{user}": {"product_view": 80} for user in range(50)}
