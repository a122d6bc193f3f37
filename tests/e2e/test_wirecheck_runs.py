"""The checker of the e2e tests can fail: what is wrong with a whole run is found."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from testbed.planting import FIRST, HOUR, MINUTE, SENT, START, broken, change, event, played, say
from testbed.script import Script
from wirecheck.partitioner import partition_of
from wirecheck.records import Run
from wirecheck.verdict import judge


def test_a_clock_at_or_after_the_start_is_found() -> None:
    """The clock at emission counts too."""
    assert "1 started" in broken(played(change(), ticks=(START,)))


@pytest.mark.parametrize(
    ("rule", "more"),
    [
        ("4 once", [{}]),
        ("4 once", [{"reminder_id": "r2"}]),
        ("id", [{"stream_id": "s2"}]),
        ("3 gap", [{"reminder_id": "r2", "stream_id": "s2", "send_ts": SENT - 2 * HOUR + 1}]),
        ("3 24 h", [{"reminder_id": f"r{n}", "send_ts": SENT - n} for n in range(1, 4)]),
        ("3 7 d", [{"reminder_id": f"r{n}", "send_ts": SENT - n} for n in range(1, 11)]),
    ],
)
def test_too_many_are_found(rule: str, more: list[dict[str, Any]]) -> None:
    """Ids, caps and the gap between invitations."""
    assert rule in broken(played(change(), *more))


def test_the_clock_changes_and_quiet_hours_with_it() -> None:
    """Berlin falls back on 25 October: 12:00 local is 10:00 UTC, and 11:00 the day after."""
    quiet = {"start": "12:00", "end": "12:30"}
    plant = say("profiles", quiet_hours=quiet, timezone="Europe/Berlin")
    assert "2 quiet hours" not in broken(played(plant))
    quiet = {"start": "11:00", "end": "11:30"}
    plant = say("profiles", quiet_hours=quiet, timezone="Europe/Berlin")
    assert "2 quiet hours" in broken(played(plant))


def test_a_missing_and_a_second_watermark_are_found() -> None:
    """All partitions on every tick, each once."""
    run = played(change())
    twice = replace_marks(run, [*run.watermarks, run.watermarks[-1]])
    assert "watermarks" in broken(twice)
    assert "watermarks" in broken(replace_marks(run, run.watermarks[:-1]))


def replace_marks(run: Run, marks: list[Any]) -> Run:
    """The run with other watermarks."""
    return replace(run, watermarks=marks)


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("key", {"key": b"v"}),
        ("partition", {"partition": 1}),
        ("headers", {"headers": ()}),
        ("schema", {"value": b"[1]"}),
    ],
)
def test_a_record_gone_wrong_is_found(rule: str, changes: dict[str, Any]) -> None:
    """Key, partition, headers and JSON of a reminder's record."""
    run = played(change())
    records = [replace(one, **changes) for one in run.reminders]
    assert rule in broken(replace(run, reminders=records))


def test_dead_letters_are_counted() -> None:
    """One for each bad record, none for a good one, all as they came."""
    script = Script()
    bad = script.say("interactions", "u", b"?")
    good = script.say("interactions", "u", event("like"))
    script.run.bad.add(bad.place)
    script.tick(FIRST)
    assert broken(script.run) == {"dead letters"}
    script.bury(bad)
    assert broken(script.run) == set()
    script.bury(bad)
    assert broken(script.run) == {"dead letters"}
    script.run.dead_letters.pop()
    script.bury(good)
    assert broken(script.run) == {"dead letters"}
    script.run.dead_letters[:] = []
    script.bury(replace(bad, value=b"!"))
    assert broken(script.run) == {"dead letter value"}
    script.run.dead_letters[:] = []
    script.bury(bad, error_code="")
    assert "dead letter headers" in broken(script.run)


def test_counts_are_exact() -> None:
    """A repeat within ten minutes of the first counts once, beyond it again."""
    script = Script()
    for minutes in (0, 9, 11, 20):
        script.say("interactions", "u", event("like") | {"ts": FIRST + minutes * MINUTE})
    script.tick(START)
    assert judge(script.run).people["u"].counts == {"like": 2}


def test_partitions_are_kafkas() -> None:
    """As `kafka.partitioner.murmur2` of Kafka's own Java client gives them (its test vectors)."""
    known = {b"21": -973932308, b"foobar": -790332482, b"a-little-bit-long-string": -985981536}
    for key, hashed in known.items():
        assert partition_of(key, 2**31) == hashed & 0x7FFFFFFF


def test_checker_and_world_share_no_code_with_livecue() -> None:
    """What is checked and what checks it must not be wrong together."""
    support = Path(__file__).parents[1] / "support"
    folders = [support / name for name in ("wirecheck", "simworld", "testbed")]
    ours = {"config", "features", "online_models", "reminders", "streams"}
    for path in (path for folder in folders for path in folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            assert ours.isdisjoint(name.split(".")[0] for name in names), path
