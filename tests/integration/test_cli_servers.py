"""The commands that run servers, as processes: ready in one line, gone when told to end."""

from __future__ import annotations

import signal
import subprocess
import time
from contextlib import AbstractContextManager
from pathlib import Path

import orjson
import psutil
import pytest
import redis
from kafka import KafkaAdminClient
from testbed.command import process_environment, running_livecue

_END_S = 20.0


def _livecue(
    folder: Path, *arguments: str, **variables: str
) -> AbstractContextManager[subprocess.Popen[str]]:
    """A running `livecue` in a folder without settings; killed at the end if it still runs."""
    return running_livecue(folder, process_environment(variables), *arguments)


def _run(folder: Path, *arguments: str, **variables: str) -> tuple[int, str, str]:
    with _livecue(folder, *arguments, **variables) as process:
        out, err = process.communicate(timeout=60)
        return process.returncode, out, err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_up_serves_until_it_is_told_to_end(
    tmp_path: Path, topic_prefix: str, number: signal.Signals
) -> None:
    """`up --json` says where Kafka with its topics and Valkey are, and ends with 0 and clean."""
    variables = {"LIVECUE_TOPICS__PREFIX": topic_prefix, "LIVECUE_EMBEDDED__KAFKA_HEAP_MB": "256"}
    with _livecue(tmp_path, "up", "--json", **variables) as process:
        assert process.stdout is not None
        ready = orjson.loads(process.stdout.readline())
        family = psutil.Process(process.pid).children(recursive=True)
        admin = KafkaAdminClient(bootstrap_servers=ready["bootstrap_servers"])
        assert topic_prefix + "interactions" in admin.list_topics()
        admin.close()
        with redis.Redis.from_url(ready["redis_url"]) as client:
            assert client.ping()
        process.send_signal(number)
        out, err = process.communicate(timeout=_END_S)
    assert (process.returncode, out, err) == (0, "", "")
    _, alive = psutil.wait_procs(family, timeout=5)
    assert alive == []


def test_told_to_end_while_starting(tmp_path: Path) -> None:
    """SIGTERM before anything is ready ends with 0 and leaves no server and no folder."""
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    with _livecue(tmp_path, "up", TMPDIR=str(temporary)) as process:
        owner = psutil.Process(process.pid)
        deadline = time.monotonic() + _END_S
        while not (family := owner.children(recursive=True)) and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=_END_S)
    assert (process.returncode, err) == (0, "")
    _, alive = psutil.wait_procs(family, timeout=5)
    assert alive == []
    assert list(temporary.iterdir()) == []


def test_broker_is_kafka_alone(tmp_path: Path) -> None:
    """`broker --json` has no Redis, and fails when its Kafka is killed."""
    with _livecue(tmp_path, "broker", "--json") as process:
        assert process.stdout is not None
        ready = orjson.loads(process.stdout.readline())
        assert ready["redis_url"] is None
        java = [
            one
            for one in psutil.Process(process.pid).children(recursive=True)
            if one.name() == "java"
        ]
        java[0].kill()
        _, err = process.communicate(timeout=_END_S)
    assert (process.returncode, err) == (1, "livecue: Kafka ended by itself\n")


def test_topics_creates_then_finds_then_refuses(
    tmp_path: Path, kafka: str, topic_prefix: str
) -> None:
    """The same topics are created, found, and refused with another partition count."""
    variables = {
        "LIVECUE_KAFKA__BOOTSTRAP_SERVERS": kafka,
        "LIVECUE_TOPICS__PREFIX": topic_prefix,
        "LIVECUE_TOPICS__PARTITIONS": "2",
    }
    for created in (True, False):
        code, out, err = _run(tmp_path, "topics", "--json", **variables)
        assert (code, err) == (0, "")
        assert {row["created"] for row in orjson.loads(out)["topics"]} == {created}
    variables["LIVECUE_TOPICS__PARTITIONS"] = "3"
    code, out, err = _run(tmp_path, "topics", **variables)
    assert (code, out) == (1, "")
    assert f"{topic_prefix}interactions has 2, not 3" in err
    assert "Traceback" not in err


def test_doctor_finds_configured_servers(
    tmp_path: Path, kafka: str, valkey: str, topic_prefix: str
) -> None:
    """Kafka, Redis and the clock are fine; missing topics say what to run."""
    variables = {
        "LIVECUE_KAFKA__BOOTSTRAP_SERVERS": kafka,
        "LIVECUE_REDIS__URL": valkey,
        "LIVECUE_TOPICS__PREFIX": topic_prefix,
    }
    code, out, _ = _run(tmp_path, "doctor", "--json", **variables)
    found = {check["name"]: check for check in orjson.loads(out)["checks"]}
    verdicts = {name: check["verdict"] for name, check in found.items()}
    assert code == 0
    assert (verdicts["kafka"], verdicts["redis"], verdicts["clock"]) == ("ok", "ok", "ok")
    assert (verdicts["topics"], found["topics"]["todo"]) == ("warn", "run `livecue topics`")


def test_doctor_fails_without_a_configured_kafka(tmp_path: Path) -> None:
    """A Kafka that does not answer is exit 1 with what to do."""
    code, out, _ = _run(tmp_path, "doctor", LIVECUE_KAFKA__BOOTSTRAP_SERVERS="127.0.0.1:1")
    assert code == 1
    assert "→ start it, or correct kafka.bootstrap_servers" in out
