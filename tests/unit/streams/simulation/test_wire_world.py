"""The world on the wire: one seed one life, every record right, and what reminders add is known."""

from __future__ import annotations

from collections import Counter

import msgspec
import numpy as np
import pytest

from features.contracts import Feedback, Interaction, Profile, Reminder, StreamRecord
from features.contracts.examples import EXAMPLES
from streams.clients.outgoing import outgoing
from streams.simulation.wire.wire_world import WireWorld, WorldRecord

_FIRST_TS = 1_772_442_000_000
_STEP_MS = 300_000
_HOUR_MS = 3_600_000
_FORM = msgspec.convert(EXAMPLES["reminders"][0][1], Reminder)


def world(seed: int = 3, users: int = 150, tick_ms: int = _STEP_MS) -> WireWorld:
    """A small world that begins half a day before its first tick."""
    return WireWorld(seed, users, 20, first_ts=_FIRST_TS, history_days=0.2, tick_ms=tick_ms)


def hours(living: WireWorld, count: int) -> list[WorldRecord]:
    """What happens in some hours of five-minute steps."""
    steps = count * _HOUR_MS // _STEP_MS
    return [one for _ in range(steps) for one in living.step(living.now + _STEP_MS)]


def reminders(living: WireWorld, told: list[WorldRecord], copy_id: str) -> list[Reminder]:
    """A reminder to everybody of each announced stream that begins within two hours."""
    soon = {
        one.stream_id: one.start_ts
        for one in told
        if isinstance(one, StreamRecord)
        and one.start_ts
        and living.now < one.start_ts <= living.now + 2 * _HOUR_MS
    }
    return [
        msgspec.structs.replace(
            _FORM,
            reminder_id=f"r-{stream_id}-{user}-{living.now}",
            user_id=f"u-{user:06d}",
            stream_id=stream_id,
            intent="invite",
            copy_id=copy_id,
            send_ts=living.now - 60_000,
            start_ts=start_ts,
            expires_ts=start_ts,
        )
        for stream_id, start_ts in soon.items()
        for user in range(living.users)
    ]


def reminded(living: WireWorld, copy_id: str = "zh-CN-1") -> tuple[list[Reminder], int]:
    """Let time go by until there is something to remind of; give the reminders, and when."""
    told = list(living.begin())
    while not (sent := reminders(living, told, copy_id)):
        told += living.step(living.now + _STEP_MS)
    living.receive(sent)
    return sent, living.now


def test_the_same_seed_is_the_same_life() -> None:
    """Two worlds of a seed tell the same story, with the same reminders too; another another."""
    lives = []
    for seed in (3, 3, 4):
        living = world(seed)
        reminded(living)
        lives.append(hours(living, 6))
    assert lives[0] == lives[1]
    assert lives[0] != lives[2]


def test_every_record_is_valid_and_in_its_step() -> None:
    """A worker would take all of it; after the first tick nothing is told late; ids are unique."""
    living = world()
    told = list(living.begin())
    assert all(record.ts <= _FIRST_TS for record in told)
    for _ in range(24 * 12):
        before = living.now
        step = living.step(before + _STEP_MS)
        assert all(before < record.ts <= living.now for record in step)
        told += step
        living.receive(reminders(living, told, "en-0")[:20])
    for record in told:
        outgoing(record)
    ids = [one.event_id for one in told if isinstance(one, Interaction | Feedback)]
    assert len(set(ids)) == len(ids)
    assert {one.type for one in told if isinstance(one, Feedback)} >= {"delivered", "opened"}


def test_no_run_has_the_event_ids_of_another() -> None:
    """Ids begin with the time at which the run began."""
    later = WireWorld(3, 20, 20, first_ts=_FIRST_TS + _STEP_MS, history_days=0.2, tick_ms=_STEP_MS)
    earlier = WireWorld(3, 20, 20, first_ts=_FIRST_TS, history_days=0.2, tick_ms=_STEP_MS)
    ids = [
        {one.event_id for one in living.begin() if isinstance(one, Interaction)}
        for living in (earlier, later)
    ]
    assert ids[0] & ids[1] == set()


def test_short_ticks_tell_the_same_life() -> None:
    """How long a tick is changes when things are told, not what happens."""
    coarse, fine = (
        [*living.begin(), *hours(living, 5)] for living in (world(), world(tick_ms=1_000))
    )

    def lived(told: list[WorldRecord]) -> Counter[tuple[str, str, int]]:
        done = (one for one in told if isinstance(one, Interaction))
        return Counter((one.user_id, one.type, one.ts) for one in done)

    assert lived(coarse) == lived(fine)


def test_the_platform_says_what_happens_to_streams() -> None:
    """Streams are announced with all that a reminder needs, then begin and end or are off."""
    living = world()
    told = [one for one in [*living.begin(), *hours(living, 72)] if isinstance(one, StreamRecord)]
    said: dict[str, list[StreamRecord]] = {}
    for one in told:
        said.setdefault(one.stream_id, []).append(one)
    for records in said.values():
        statuses = [one.status for one in records]
        assert statuses[0] == "scheduled"
        assert statuses == sorted(statuses, key=["scheduled", "cancelled", "live", "ended"].index)
        first = records[0]
        assert first.host_name
        assert first.title
        assert first.products
        assert {one.locale for one in first.copies or []} == {"zh-CN", "en"}
        live = [one.ts for one in records if one.status == "live"]
        planned = [one.start_ts for one in records if one.status == "scheduled"]
        assert live in ([], planned[-1:])
    moved = [records for records in said.values() if len({one.start_ts for one in records}) > 2]
    assert moved
    assert any(one.status == "cancelled" for one in told)


def test_people_come_to_streams_that_are_on() -> None:
    """People enter and watch between start and end."""
    living = world(users=400)
    told = [*living.begin(), *hours(living, 48)]
    streams = [one for one in told if isinstance(one, StreamRecord)]
    on = {one.stream_id: one.ts for one in streams if one.status == "live"}
    over = {one.stream_id: one.ts for one in streams if one.status == "ended"}
    entered = [one for one in told if isinstance(one, Interaction) and one.type == "enter"]
    assert entered
    for one in entered:
        assert on[str(one.stream_id)] < one.ts <= over.get(str(one.stream_id), living.now)


def test_reminders_are_answered_after_they_came() -> None:
    """Responses lie after the reminders were read, and name them; so does what openers do then."""
    living = world(users=1_000)
    sent, now = reminded(living)
    ids = {one.reminder_id: one for one in sent}
    told = hours(living, 6)
    feedback = [one for one in told if isinstance(one, Feedback)]
    kinds = Counter(one.type for one in feedback)
    assert all(
        one.ts > now and ids[str(one.reminder_id)].user_id == one.user_id for one in feedback
    )
    assert kinds["delivered"] == len(sent)
    assert 0 < kinds["opened"] < kinds["delivered"]
    assert kinds["dismissed"] > 0
    led = [one for one in told if isinstance(one, Interaction) and one.reminder_id]
    assert {"enter", "reserve"} <= {one.type for one in led}
    for one in led:
        reminder = ids[str(one.reminder_id)]
        assert (one.user_id, one.stream_id) == (reminder.user_id, reminder.stream_id)


def test_another_copy_is_answered_otherwise() -> None:
    """Who opens depends on the copy that is shown."""
    opened = []
    for copy_id in ("zh-CN-0", "zh-CN-1", "zh-CN-2", "zh-CN-3"):
        living = world(users=600)
        reminded(living, copy_id)
        answers = hours(living, 3)
        opened.append(sum(getattr(one, "type", "") == "opened" for one in answers))
    assert len(set(opened)) > 1


def test_what_the_world_does_not_know_is_passed_over() -> None:
    """Reminders to others, or of others' streams, have no consequence."""
    living, untouched = world(), world()
    for one in (living, untouched):
        assert list(one.begin())
    foreign = [
        msgspec.structs.replace(_FORM, user_id="somebody"),
        msgspec.structs.replace(_FORM, user_id="u-000001", stream_id="s-88"),
        msgspec.structs.replace(_FORM, user_id="u-000001", stream_id="s-20514-99999999"),
    ]
    living.receive(foreign)
    assert hours(living, 4) == hours(untouched, 4)
    assert living.outcome().reminders == 0
    assert living.zone_of("somebody") == "UTC"


def test_what_reminders_add_is_counted_when_streams_have_begun() -> None:
    """Before that they count for nothing; then who came because of them is known."""
    living = world(users=1_000)
    sent, _ = reminded(living)
    assert living.outcome().reminders == 0
    told = hours(living, 8)
    outcome = living.outcome()
    entered = [one for one in told if isinstance(one, Interaction) and one.type == "enter"]
    assert outcome.reminders == len(sent)
    # Some still come to what began earlier, others have yet to enter.
    assert abs(outcome.came - len(entered)) <= 10
    assert outcome.came > outcome.came_without
    added = 1_000 * (outcome.came - outcome.came_without) / len(sent)
    assert outcome.added_per_thousand == pytest.approx(added)
    assert outcome.by_chances_per_thousand == pytest.approx(added, rel=0.8)
    assert outcome.muted == sum(getattr(one, "type", "") == "muted" for one in told)
    assert f"{outcome.came:,} came to" in outcome.sentence()
    assert outcome.as_dict()["added_per_thousand"] == round(added, 2)


def test_profiles_leave_defaults_to_most() -> None:
    """Zones and languages differ; nicknames are common, refusals and other quiet hours rare."""
    told = [one for one in world(users=500).begin() if isinstance(one, Profile)]
    assert len({one.timezone for one in told}) == 4
    assert {one.locale for one in told} == {"zh-CN", "en"}
    named = [one for one in told if one.nickname is not msgspec.UNSET]
    refused = [one for one in told if one.consent is not msgspec.UNSET]
    assert 350 < len(named) < 450
    assert 15 < len(refused) < 50
    assert np.mean([one.quiet_hours is None for one in told]) < 0.1
