"""`livecue explain` and `livecue erase` beside a worker that runs, on the topic clock."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from enginerig.deployment import Deployment, wait_for
from enginerig.workers import ThreadWorker
from testbed.command import start_livecue

from streams.testing import MovableClock, interaction, stream
from streams.view.keys import ViewKeys

ROOT = Path(__file__).parents[2]
HOUR = 3_600_000
NOON = 1_700_000_000_000 // (24 * HOUR) * 24 * HOUR + 4 * HOUR
"""Noon in Shanghai."""


@pytest.fixture
def deployment(kafka: str, topic_prefix: str) -> Iterator[Deployment]:
    """One partition; `ann` follows the host of a stream that starts in three hours."""
    with Deployment(kafka, topic_prefix, 1, "topic") as made:
        said = {
            "host_id": "h",
            "host_name": "小美",
            "title": "Lip care",
            "start_ts": NOON + 3 * HOUR,
        }
        made.send(made.topics.streams, stream("s", NOON - HOUR, **said))
        made.send(
            made.topics.interactions,
            interaction("ann", "follow", NOON - HOUR, host_id="h"),
            interaction("ann", "app_open", NOON - HOUR),
            interaction("ann", "app_open", NOON - HOUR + 1),
        )
        yield made


@pytest.fixture
def clock(deployment: Deployment) -> Iterator[MovableClock]:
    """The topic clock at noon, with a worker that has followed it there."""
    clock = MovableClock(NOON)
    with ThreadWorker(deployment):
        deployment.wait_for_tick(deployment.tick(clock))
        yield clock


def start(deployment: Deployment, *words: str, redis_url: str = "") -> subprocess.Popen[str]:
    """Start a command of the deployment."""
    environment = {**deployment.environment(), "LIVECUE_REDIS__URL": redis_url}
    return start_livecue(ROOT, environment, *words)


def run(deployment: Deployment, *words: str) -> tuple[int, str, str]:
    """Run a command; return exit code, output and errors."""
    process = start(deployment, *words)
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


def test_explain_tells_what_the_worker_would_do(
    deployment: Deployment, clock: MovableClock
) -> None:
    """Counts exact, every rung, in the user's words; as JSON and as text."""
    code, out, err = run(deployment, "explain", "ann", "s", "--json")
    assert (code, err) == (0, "")
    told: dict[str, Any] = json.loads(out)
    assert told["now_ts"] == NOON
    assert (told["totals"]["app_open"], told["totals"]["follow"]) == (2, 1)
    middle = {one["rung"]: one for one in told["rungs"]}["2h"]
    assert middle["held_by"] == []
    assert middle["planned"]
    assert middle["first_ts"] <= middle["at_ts"] <= middle["last_ts"]
    assert middle["reasons"][0]["text"] == "你关注了小美"
    assert told["obstacles"]["24h"][0]["code"] == "window_missed"

    code, out, _ = run(deployment, "explain", "ann", "s", "--rung", "2h")
    assert code == 0
    assert "2h invite: would be sent" in out
    assert "app_open 2" in out

    deployment.wait_for_tick(deployment.tick(clock, middle["at_ts"] - NOON))
    (sent,) = deployment.records(deployment.topics.reminders)
    assert json.loads(sent.value)["send_ts"] == middle["at_ts"]
    code, out, _ = run(deployment, "explain", "ann", "s", "--rung", "2h")
    assert "but     duplicate: The user was sent this reminder already." in out


UNANSWERABLE = {
    ("eve", "s"): (1, "user 'eve' is unknown"),
    ("ann", "s2"): (1, "stream 's2' is not on the board"),
    ("ann", "s", "--rung", "3h"): (2, "must be one of 24h, 2h, 15m"),
    ("x" * 129, "s"): (2, "must have 1 to 128 characters"),
}


def test_explain_says_what_it_does_not_know(deployment: Deployment, clock: MovableClock) -> None:
    """Exit 1 for what is not there, 2 for what cannot be."""
    for words, (code, text) in UNANSWERABLE.items():
        found, _, err = run(deployment, "explain", *words)
        assert found == code
        assert text in err


def test_erase_waits_until_it_is_done_and_says_what_remains(
    deployment: Deployment, clock: MovableClock, valkey: str
) -> None:
    """The worker has forgotten the user, the keys are gone, and another's are not."""
    keys = ViewKeys(deployment.settings.app_id)
    with redis.Redis.from_url(valkey) as client:
        for key in [*keys.of_user("ann"), *keys.of_user("bob")]:
            client.set(key, "x")
        process = start(deployment, "erase", "ann", "--json", redis_url=valkey)
        profiles = deployment.topics.profiles
        wait_for(lambda: deployment.ends(profiles)[profiles, 0] == 1, "no record")
        (record,) = deployment.records(profiles)
        assert record.key == b"ann"
        assert json.loads(record.value) == {"user_id": "ann", "ts": NOON, "erase": True}
        assert process.poll() is None
        deployment.wait_for_tick(deployment.tick(clock, 60_000))
        out, err = process.communicate(timeout=60)
        assert (process.returncode, err) == (0, "")
        done = json.loads(out)
        assert (done["applied"], done["view"]) == (True, {"done": True, "text": "4 keys deleted"})
        assert done["remains"][deployment.topics.interactions] == "records until 7 days old"
        assert client.exists(*keys.of_user("ann")) == 0
        assert client.exists(*keys.of_user("bob")) == 4
    assert run(deployment, "explain", "ann", "s")[0] == 1


def test_erase_says_when_not_all_is_done(deployment: Deployment) -> None:
    """No worker runs, and Redis is not there: exit 1, and what is left to do."""
    process = start(
        deployment, "erase", "ann", "--timeout", "0.5", redis_url="redis://127.0.0.1:1/0"
    )
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "no worker has applied it within 0.5 s; one will, when it runs" in out
    assert "run this again" in out


@pytest.mark.parametrize("command", ["explain", "erase"])
def test_without_kafka_both_say_so(command: str) -> None:
    """They ask a running deployment, and never start one."""
    words = [
        sys.executable,
        "-m",
        "streams",
        command,
        *(["u", "s"] if command == "explain" else "u"),
    ]
    done = subprocess.run(words, cwd=ROOT, check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert "kafka.bootstrap_servers: is missing" in done.stderr
