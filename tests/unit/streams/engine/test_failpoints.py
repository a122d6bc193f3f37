"""Failpoints: off by default, and exact about when."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from streams.engine.failpoints import FailpointError, Failpoints

SCRIPT = """
from streams.engine.failpoints import failpoint
for number in range(3):
    print(number, flush=True)
    failpoint("outbox.before_commit")
"""


def run(said: str | None) -> subprocess.CompletedProcess[str]:
    """A process that comes to a point three times."""
    environment = {name: text for name, text in os.environ.items() if name != "LIVECUE_FAILPOINT"}
    if said is not None:
        environment["LIVECUE_FAILPOINT"] = said
    command = [sys.executable, "-c", SCRIPT]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_nothing_happens_unless_asked_for() -> None:
    """Without the variable, or with another point in it."""
    for said in (None, "", "outbox.begun:kill:1"):
        done = run(said)
        assert (done.returncode, done.stdout) == (0, "0\n1\n2\n"), done.stderr


def test_a_process_is_killed_at_the_nth_time() -> None:
    """By SIGKILL, as if it had been from outside."""
    done = run("outbox.before_commit:kill:2")
    assert (done.returncode, done.stdout) == (-signal.SIGKILL, "0\n1\n")


def test_a_defect_is_raised_once() -> None:
    """At the n-th time and not after it."""
    points = Failpoints("outbox.begun:raise:2, restore.some_read:raise:1")
    points.reach("outbox.begun")
    with pytest.raises(FailpointError, match=r"outbox\.begun"):
        points.reach("outbox.begun")
    points.reach("outbox.begun")
    with pytest.raises(FailpointError):
        points.reach("restore.some_read")


def test_a_clock_is_wrong_from_the_nth_reading_on() -> None:
    """By so many seconds, forwards or backwards; other points are right."""
    points = Failpoints("clock.read:shift=-1.5:3")
    assert [points.shift_ms("clock.read") for _ in range(4)] == [0, 0, -1500, -1500]
    assert Failpoints("").shift_ms("clock.read") == 0


@pytest.mark.parametrize(
    "said",
    [
        "outbox.begun",
        "nowhere:kill:1",
        "outbox.begun:burn:1",
        "outbox.begun:kill:x",
        "outbox.begun:shift=3:1",
        "clock.read:kill:1",
        "clock.read:shift=soon:1",
    ],
)
def test_what_makes_no_sense_is_refused(said: str) -> None:
    """A test that silently tests nothing is worse than none."""
    with pytest.raises(FailpointError, match="LIVECUE_FAILPOINT"):
        Failpoints(said)
