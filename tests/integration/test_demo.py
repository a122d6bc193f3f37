"""The demo as a newcomer runs it: reminders within its time, a clean end whatever ends it."""

from __future__ import annotations

import random
import re
import signal
import subprocess
import time
from contextlib import AbstractContextManager
from pathlib import Path

import msgspec
import orjson
import psutil
import pytest
from enginerig.scrape import Scrape
from kafka import KafkaConsumer
from testbed.command import process_environment, running_livecue

from config import Kafka
from features.contracts import Reminder
from streams.simulation.topic_tail import TopicTail

_FIRST_REMINDER_S = 90.0
_END_S = 30.0


def _livecue(
    folder: Path, *arguments: str, **variables: str
) -> AbstractContextManager[subprocess.Popen[str]]:
    """A running `livecue` with a temporary folder of its own; killed if it does not end."""
    temporary = folder / "tmp"
    temporary.mkdir(exist_ok=True)
    environment = process_environment({"TMPDIR": str(temporary), **variables})
    return running_livecue(folder, environment, *arguments)


def _family(process: subprocess.Popen[str]) -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


def _assert_nothing_left(folder: Path, family: list[psutil.Process]) -> None:
    _, alive = psutil.wait_procs(family, timeout=10)
    assert alive == []
    assert list((folder / "tmp").glob("livecue-*")) == []


def _first_reminder(process: subprocess.Popen[str]) -> dict[str, object]:
    """The first state of a `--json` demo that holds reminders."""
    assert process.stdout is not None
    deadline = time.monotonic() + _FIRST_REMINDER_S
    while time.monotonic() < deadline:
        line = process.stdout.readline()
        assert line, process.stderr and process.stderr.read()
        state: dict[str, object] = orjson.loads(line)
        if state["reminders"]:
            return state
    raise AssertionError("no reminder came in time")


def _metrics_port(process: subprocess.Popen[str]) -> int:
    """The port in the address of the metrics that the demo names."""
    assert process.stderr is not None
    for line in process.stderr:
        if found := re.search(r"metrics are at http://127\.0\.0\.1:(\d+)/metrics$", line):
            return int(found[1])
    raise AssertionError("no address of metrics was named")


def test_the_demo_shows_reminders_and_ends_by_itself(tmp_path: Path) -> None:
    """Without a terminal: plain lines with who, when, what and why, the funnel, exit 0.

    What the worker measures can be looked at meanwhile.
    """
    with _livecue(tmp_path, "demo", "--seconds", "12", "--users", "300") as process:
        assert process.stdout is not None
        port = _metrics_port(process)
        first = process.stdout.readline()
        metrics = Scrape(port).get("/metrics")
        family = _family(process)
        rest, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert metrics is not None
    assert b"livecue_build_info" in metrics.body
    lines = [first, *rest.splitlines()]
    shown = [line for line in lines if " before: " in line]
    assert len(shown) > 3, lines
    assert all(
        zone in "Shanghai Tokyo Berlin New York" for zone in (row.split()[2] for row in shown)
    )
    assert lines[-2].startswith("Ended. [")
    assert re.search(r"added \S+ per 1,000, by the chances \S+; \d+ muted\.$", lines[-1])
    assert "Traceback" not in err
    _assert_nothing_left(tmp_path, family)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_running_demo(tmp_path: Path, number: signal.Signals) -> None:
    """Ctrl-C or SIGTERM while reminders come: exit 0, and no process and no file is left."""
    with _livecue(tmp_path, "demo", "--json", "--seconds", "0", "--users", "200") as process:
        _first_reminder(process)
        family = _family(process)
        process.send_signal(number)
        _, err = process.communicate(timeout=_END_S)
    assert (process.returncode, "Traceback" in err) == (0, False), err
    _assert_nothing_left(tmp_path, family)


def test_a_signal_ends_the_starting_demo(tmp_path: Path) -> None:
    """At whatever moment of the start ctrl-C comes, the demo ends as cleanly."""
    chance = random.Random(5)
    for _ in range(3):
        with _livecue(tmp_path, "demo", "--users", "200") as process:
            time.sleep(chance.uniform(0.8, 9.0))
            family = _family(process)
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=_END_S)
        assert (process.returncode, "Traceback" in err) == (0, False), err
        _assert_nothing_left(tmp_path, family)


def test_a_dead_worker_is_said(tmp_path: Path) -> None:
    """When its worker is killed, the demo says so with the log's end and exits 1."""
    with _livecue(tmp_path, "demo", "--json", "--seconds", "0", "--users", "200") as process:
        _first_reminder(process)
        family = _family(process)
        workers = [one for one in family if one.cmdline()[-2:] == ["streams", "worker"]]
        min(workers, key=lambda one: len(one.cmdline())).kill()
        _, err = process.communicate(timeout=_END_S)
    assert process.returncode == 1
    assert "The worker died. The end of its log:" in err
    assert "ready" in err
    assert "Traceback" not in err
    _assert_nothing_left(tmp_path, family)


def test_a_configured_kafka_is_left_as_it_was(tmp_path: Path, kafka: str, valkey: str) -> None:
    """On a broker that stays, the demo has topics of its own and removes them."""
    prefix = "kept."
    variables = {
        "LIVECUE_KAFKA__BOOTSTRAP_SERVERS": kafka,
        "LIVECUE_REDIS__URL": valkey,
        "LIVECUE_TOPICS__PREFIX": prefix,
    }
    with _livecue(tmp_path, "demo", "--seconds", "1", "--users", "200", **variables) as process:
        _, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    consumer = KafkaConsumer(bootstrap_servers=kafka)
    left = [name for name in consumer.topics() if name.startswith(prefix)]
    consumer.close()
    assert left == []


def test_simulate_and_console_beside_a_worker(
    tmp_path: Path, kafka: str, topic_prefix: str
) -> None:
    """On a running deployment people live in real time, and the console sees them and lag 0."""
    variables = {
        "LIVECUE_KAFKA__BOOTSTRAP_SERVERS": kafka,
        "LIVECUE_REDIS__URL": "",
        "LIVECUE_TOPICS__PREFIX": topic_prefix,
        "LIVECUE_TOPICS__PARTITIONS": "2",
        "LIVECUE_APP_ID": topic_prefix.rstrip("."),
    }
    people = ("simulate", "--users", "3000", "--seconds", "0", "--json")
    with (
        _livecue(tmp_path, "worker", **variables) as worker,
        _livecue(tmp_path, *people, **variables) as simulation,
    ):
        assert simulation.stdout is not None
        orjson.loads(simulation.stdout.readline())
        watch = ("console", "--json", "--seconds", "0")
        with _livecue(tmp_path, *watch, **variables) as console:
            assert console.stdout is not None
            deadline = time.monotonic() + 60
            state: dict[str, object] = {}
            while state.get("lag") != "0 records" and time.monotonic() < deadline:
                state = orjson.loads(console.stdout.readline())
            assert state["partitions"] == "2/2"
            assert state["lag"] == "0 records"
            for process in (console, simulation, worker):
                process.send_signal(signal.SIGTERM)
                _, err = process.communicate(timeout=_END_S)
                assert process.returncode == 0, err


def test_a_seed_on_the_topic_clock_gives_the_same_reminders_twice(
    tmp_path: Path, kafka: str, topic_prefix: str
) -> None:
    """Two runs agree on every reminder that both came to; each tells at its end what they added."""
    runs = []
    for number in range(2):
        prefix = f"{topic_prefix}{number}."
        variables = {
            "LIVECUE_KAFKA__BOOTSTRAP_SERVERS": kafka,
            "LIVECUE_REDIS__URL": "",
            "LIVECUE_CLOCK": "topic",
            "LIVECUE_TOPICS__PREFIX": prefix,
            "LIVECUE_TOPICS__PARTITIONS": "2",
            "LIVECUE_APP_ID": prefix.rstrip("."),
        }
        people = ("simulate", "--users", "300", "--hosts", "40", "--seconds", "8", "--json")
        with (
            _livecue(tmp_path, "worker", **variables) as worker,
            _livecue(tmp_path, *people, **variables) as simulation,
        ):
            out, err = simulation.communicate(timeout=120)
            assert simulation.returncode == 0, err
            worker.send_signal(signal.SIGTERM)
            worker.communicate(timeout=_END_S)
        outcome = orjson.loads(out.splitlines()[-1])["outcome"]
        assert outcome["reminders"] > 0
        runs.append(_reminders(kafka, prefix))
    until = min(run[-1][0] for run in runs)
    first, second = ([row for row in run if row[0] < until] for run in runs)
    assert len(first) > 20
    assert first == second


def _reminders(kafka: str, prefix: str) -> list[tuple[int, str, str | None, float]]:
    """When, which, in what words and with what chance; by time."""
    settings = Kafka(bootstrap_servers=kafka)
    rows = []
    with TopicTail(settings, [prefix + "reminders"], recent=None) as tail:
        while records := tail.poll(2.0):
            rows += [msgspec.json.decode(record.value, type=Reminder) for record in records]
    return sorted((one.send_ts, one.reminder_id, one.copy_id, one.score) for one in rows)


def test_bad_input_is_exit_2(tmp_path: Path) -> None:
    """No deployment to simulate for, or a speed of real time, is said in one line."""
    where = {"LIVECUE_KAFKA__BOOTSTRAP_SERVERS": "127.0.0.1:1"}
    for arguments, variables, text in (
        (("simulate",), {}, "kafka.bootstrap_servers: is missing"),
        (("console",), {}, "kafka.bootstrap_servers: is missing"),
        (("simulate", "--speed", "5"), where, "real time has no speed"),
    ):
        with _livecue(tmp_path, *arguments, **variables) as process:
            _, err = process.communicate(timeout=60)
        assert process.returncode == 2, err
        assert text in err.replace("\n", " ")
