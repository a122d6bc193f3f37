"""The README's programs are the files of `examples/`, ten lines each, and run on a real broker."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from kafka import KafkaProducer

from config import Kafka, Settings, topics
from config.servers import Topics
from features.contracts.examples import EXAMPLES
from streams.topic_admin import ensure_topics

_ROOT = Path(__file__).parents[2]
_README = (_ROOT / "README.md").read_text(encoding="utf-8")
_PROGRAM = re.compile(
    r"<!-- (examples/\w+\.py) -->\n```python\n(.*?)^```$", re.MULTILINE | re.DOTALL
)
_PROGRAMS = dict(_PROGRAM.findall(_README))
_FOREVER_TS = 2**53 - 1


def run(program: str, *arguments: str) -> str:
    """Run a program of the README as it stands there, and return what it printed."""
    done = subprocess.run(
        [sys.executable, "-", *arguments],
        input=_PROGRAMS[program],
        cwd=_ROOT,
        env={"PYTHONPATH": str(_ROOT), "PYTHONIOENCODING": "utf-8", "PYTHONWARNINGS": "ignore"},
        capture_output=True,
        encoding="utf-8",
        timeout=90,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.fixture
def prefix(kafka: str, topic_prefix: str) -> str:
    """A prefix under which all topics exist."""
    settings = Settings(topics=Topics(prefix=topic_prefix, partitions=2))
    server = Kafka(bootstrap_servers=kafka)
    ensure_topics(server, topics(settings).values(), create=True, timeout_s=30)
    return topic_prefix


def test_the_programs_are_the_files() -> None:
    """Two programs, each equal to its file; no other Python stands in the README."""
    assert sorted(_PROGRAMS) == ["examples/consume_reminders.py", "examples/produce_events.py"]
    for path, program in _PROGRAMS.items():
        assert program == (_ROOT / path).read_text(encoding="utf-8")
    assert _README.count("```python") == len(_PROGRAMS)


@pytest.mark.parametrize("program", sorted(_PROGRAMS))
def test_a_program_is_ten_lines(program: str) -> None:
    """Beside its docstring, imports and blank lines."""
    lines = [line for line in _PROGRAMS[program].splitlines() if line.strip()]
    assert len([line for line in lines if not re.match(r"import |from |\"\"\"", line)]) <= 10


def test_the_programs_run(kafka: str, prefix: str) -> None:
    """Events are taken by Kafka; a committed reminder is shown, once, with its reason."""
    assert run("examples/produce_events.py", kafka, prefix) == ""
    reminder = {**EXAMPLES["reminders"][0][1], "expires_ts": _FOREVER_TS}
    with KafkaProducer(bootstrap_servers=kafka) as producer:
        for _ in range(2):
            producer.send(f"{prefix}reminders", key=b"u-1024", value=msgspec.json.encode(reminder))
    shown = run("examples/consume_reminders.py", kafka, prefix)
    assert shown == "u-1024 Lin starts in 2 hours You follow Lin\n"
