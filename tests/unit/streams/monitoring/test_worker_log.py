"""What a worker writes to its log, for people and for machines."""

from __future__ import annotations

import logging
import subprocess
import sys

import orjson

from streams.monitoring.log_repeats import EVERY_S, MOST_KINDS, RepeatFilter

_SPEAK = """
import logging
from config.monitoring import Log
from streams.monitoring.news import tell
from streams.worker_log import configure_log
configure_log(Log(format={format!r}))
ours, library = logging.getLogger("streams.engine.worker"), logging.getLogger("aiokafka.conn")
tell(ours, "ready", "partition 3: ready", partition=3)
try:
    raise ValueError("broken")
except ValueError:
    ours.exception("cannot go on")
library.warning("heartbeat late")
library.error("cannot connect to %s", "broker")
"""


def _spoken(form: str) -> list[str]:
    """The lines that a process writes which logs in this format."""
    code = _SPEAK.format(format=form)
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60
    )
    return done.stderr.splitlines()


def test_machines_read_one_object_a_line() -> None:
    """A change of state with what it is about; a traceback stays on its line."""
    ready, broken, error = map(orjson.loads, _spoken("json"))
    assert ready.pop("ts").endswith("+00:00")
    assert ready == {
        "level": "info",
        "logger": "streams.engine.worker",
        "event": "ready",
        "text": "partition 3: ready",
        "partition": 3,
    }
    assert (broken["event"], broken["level"], broken["text"]) == ("log", "error", "cannot go on")
    assert "ValueError: broken" in broken["exception"]
    assert error["text"] == "cannot connect to broker"


def test_people_read_a_sentence_a_line() -> None:
    """Time, level, logger and text, tracebacks below; of libraries errors alone."""
    ready, *middle, error = _spoken("text")
    assert ready.endswith(" INFO streams.engine.worker: partition 3: ready")
    assert middle[-1] == "ValueError: broken"
    assert error.endswith(" ERROR aiokafka.conn: cannot connect to broker")


def _record(logger: str, text: str, *args: object, **more: object) -> logging.LogRecord:
    record = logging.LogRecord(logger, logging.ERROR, "", 0, text, args, None)
    record.__dict__.update(more)
    return record


def test_what_repeats_is_said_once_a_minute_with_its_number() -> None:
    """Only what is filled in differs: of a library that is the same line."""
    now_s = 0.0
    said = RepeatFilter(lambda: now_s)
    lines = [_record("aiokafka.conn", "no node %d", node) for node in range(5)]
    assert [said.filter(line) for line in lines] == [True, False, False, False, False]
    now_s = EVERY_S
    again = _record("aiokafka.conn", "no node %d", 9)
    assert said.filter(again)
    assert vars(again)["repeats"] == 4


def test_changes_of_state_and_other_lines_pass() -> None:
    """Also when they come together."""
    said = RepeatFilter(lambda: 0.0)
    assert all(said.filter(_record("streams.x", "ready", event="ready")) for _ in range(3))
    ours = [_record("streams.x", "partition %d: odd", number) for number in (1, 2, 1)]
    assert [said.filter(line) for line in ours] == [True, True, False]


def test_the_filter_forgets() -> None:
    """However many kinds of lines there are, it remembers a bounded number."""
    said = RepeatFilter(lambda: 0.0)
    for number in range(2 * MOST_KINDS):
        said.filter(_record("streams.x", f"line {number}"))
    assert said.filter(_record("streams.x", "line 0"))
    assert sys.getsizeof(said._kinds) < 100_000
