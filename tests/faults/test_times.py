"""Clocks that change, days that are rare, and a wall clock that jumps."""

from __future__ import annotations

import json
import uuid
from collections import Counter
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import pytest
from replica.counts import restored_counts
from simworld.spec import WorldSpec
from simworld.world import World
from simworld.zoned import ZONES, Zoned
from steady.crew import Crew, wait_for
from steady.length import LONG, MINUTES, SEED
from steady.stage import Site, staged
from testbed.drive import Drive, drive
from testbed.killer import Killer
from wirecheck.records import Run
from wirecheck.verdict import judge

HOUR_S = 3_600
DAYS = {
    "spring in Europe": date(2026, 3, 28),
    "spring in America": date(2026, 3, 7),
    "autumn in Europe": date(2026, 10, 24),
    "autumn in America": date(2026, 10, 31),
    "leap day": date(2028, 2, 28),
}
DEFAULT_DAYS = ("spring in America", "autumn in Europe", "leap day")
pytestmark = pytest.mark.skipif(not LONG, reason="make faults")
SETTINGS = {"LIVECUE_DECISION__SEND_PRICE": "0", "LIVECUE_KAFKA__SESSION_TIMEOUT_S": "6"}


def moved_across_midnight(run: Run) -> int:
    """How many streams were moved to another UTC day after they had been announced."""
    days: dict[str, set[str]] = {}
    for one in run.inputs:
        if one.topic == "streams" and one.place not in run.bad and one.value is not None:
            fields = json.loads(one.value)
            if fields.get("start_ts") is not None:
                day = datetime.fromtimestamp(fields["start_ts"] / 1000, UTC).date().isoformat()
                days.setdefault(fields["stream_id"], set()).add(day)
    return sum(len(some) > 1 for some in days.values())


@pytest.mark.parametrize("when", DAYS if MINUTES >= 28 else DEFAULT_DAYS)
def test_days_on_which_clocks_err(kafka: str, tmp_path: Path, when: str) -> None:
    """Users in thirty zones, streams moved across midnight, workers killed: no rule is broken."""
    spec = WorldSpec(
        users=160, streams=30, days=2, tick_minutes=60, first_day=DAYS[when], seed=SEED, flaws=30
    )
    killer = Killer(len(spec.ticks()), SEED)
    plan = Drive(Zoned(World(spec)), workers=2, settings=SETTINGS, disturb=killer)
    run = drive(plan, kafka, f"times-{uuid.uuid4().hex[:8]}.", tmp_path)
    verdict = judge(run)
    assert verdict.summary() == ""
    expected = {name: dict(person.counts) for name, person in verdict.people.items()}
    assert restored_counts(kafka, run.prefix, run.rules.partitions) == expected
    assert len(run.reminders) > 50
    assert moved_across_midnight(run) > 0
    named = Counter(str(one.field("timezone")) for one in verdict.people.values())
    assert len(set(named) & set(ZONES)) > 25


def test_wall_clocks_that_jump(kafka: str, topic_prefix: str, tmp_path: Path) -> None:
    """Two clocks jump by an hour, forth and back: no harm, and then all goes on at once."""

    def begin(crew: Crew) -> None:
        for hours in (1, -1):
            crew.hire_ready(f"clock.read:shift={hours * HOUR_S}:600")

    with staged(Site(kafka, topic_prefix, tmp_path), begin=begin) as stage:
        fast, slow = stage.crew.hands
        stage.window(1)
        for hours in (1, -1):
            wait_for(partial(stage.clock_is_off, hours * HOUR_S), stage.crew.log)
        # Three would be one too many for four partitions: Faust gives two workers two each.
        stage.crew.dismiss(fast)
        stage.crew.hire_ready()
        stage.crew.dismiss(slow)
        stage.assert_exact(clocks_err=True)
