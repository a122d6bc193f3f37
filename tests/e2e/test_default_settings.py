"""The world as it comes out of the box: the default price, three workers, clocks in America."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from simworld.spec import WorldSpec
from simworld.world import World
from testbed.drive import Drive, drive
from wirecheck.verdict import judge

# Clocks change in America on 1 November 2026.
SPEC = WorldSpec(
    users=400, streams=40, days=1, tick_minutes=20, first_day=date(2026, 11, 1), seed=11
)


def test_every_rule_is_kept_by_default(kafka: str, topic_prefix: str, tmp_path: Path) -> None:
    """Nothing is set but where Kafka is and that the clock is simulated."""
    run = drive(Drive(World(SPEC), workers=3), kafka, topic_prefix, tmp_path)
    assert judge(run).summary() == ""
    assert len(run.reminders) > 100
