"""The simulated world: one seed one life, nothing out of its time, and reminders matter."""

from __future__ import annotations

from collections import Counter

import msgspec

from features.contracts import Feedback, Interaction, Profile, Reminder, StreamRecord
from features.contracts.examples import EXAMPLES
from streams.clients.outgoing import outgoing
from streams.simulation.passing_world import World, WorldRecord

_START_TS = 1_772_442_000_000
_STEP_MS = 300_000
_DAY_MS = 86_400_000


def world(seed: int = 3, users: int = 150) -> World:
    """A small world that has lived through a day."""
    made = World(seed, users, 12, _START_TS - _DAY_MS)
    made.begin()
    made.live_through(_START_TS)
    return made


def day(living: World) -> list[WorldRecord]:
    """What happens in a day of five-minute steps."""
    return [one for _ in range(288) for one in living.step(living.now + _STEP_MS)]


def reminders(living: World, count: int) -> list[Reminder]:
    """Reminders to everybody, over and over, of a stream two hours ahead."""
    form = msgspec.convert(EXAMPLES["reminders"][0][1], Reminder)
    stream = next(
        one
        for one in living.step(living.now + _STEP_MS)
        if isinstance(one, StreamRecord) and one.status == "scheduled"
    )
    return [
        msgspec.structs.replace(
            form,
            reminder_id=f"r-{number}",
            user_id=f"u-{number % living.users:06d}",
            stream_id=stream.stream_id,
            intent="invite",
            send_ts=living.now,
            start_ts=stream.start_ts or 0,
            expires_ts=stream.start_ts or 0,
        )
        for number in range(count)
    ]


def test_the_same_seed_is_the_same_life() -> None:
    """Two worlds of a seed tell the same story, another seed another."""
    assert day(world()) == day(world())
    assert day(world()) != day(world(seed=4))


def test_every_record_is_valid_and_in_its_step() -> None:
    """What happens in a step is told in it, and a worker would accept all of it."""
    living = World(3, 150, 12, _START_TS)
    for record in living.begin():
        outgoing(record)
    living.step(living.now + _STEP_MS)
    for _ in range(200):
        before = living.now
        for record in living.step(before + _STEP_MS):
            outgoing(record)
            assert before < record.ts <= living.now


def test_people_live_as_people_do() -> None:
    """Most visits are by day where they live; each kind of event happens; ids are unique."""
    records = [one for one in day(world(users=400)) if isinstance(one, Interaction)]
    kinds = Counter(one.type for one in records)
    assert set(kinds) >= {"app_open", "enter", "watch", "like", "comment", "reserve", "search"}
    assert kinds["enter"] == kinds["watch"] == kinds["leave"] or kinds["enter"] > 20
    assert len({one.event_id for one in records}) == len(records)


def test_nobody_comes_to_a_stream_that_is_not_on() -> None:
    """People enter between start and end, never a cancelled one."""
    living = world()
    streams: dict[str, list[StreamRecord]] = {}
    for record in day(living):
        if isinstance(record, StreamRecord):
            streams.setdefault(record.stream_id, []).append(record)
        elif isinstance(record, Interaction) and record.type == "enter":
            known = streams.get(record.stream_id or "", [])
            assert all(one.status != "cancelled" for one in known)
            assert all(one.status != "live" or one.ts <= record.ts for one in known)


def test_reminders_bring_people_and_wear_them_out() -> None:
    """Responses come after the reminder, are of reminded people, and some mute in the end."""
    living = world()
    while not (sent := _some(living)):
        pass
    living.receive(sent)
    asked_ts = living.now
    later = day(living)
    feedback = [one for one in later if isinstance(one, Feedback)]
    kinds = Counter(one.type for one in feedback)
    assert all(one.ts > asked_ts for one in feedback)
    assert kinds["delivered"] > 0.9 * len(sent)
    assert 0 < kinds["opened"] < kinds["delivered"]
    assert kinds["muted"] > 0
    led = [one for one in later if isinstance(one, Interaction) and one.reminder_id]
    assert Counter(one.type for one in led).keys() >= {"reserve"}


def _some(living: World) -> list[Reminder]:
    try:
        return reminders(living, 1_500)
    except StopIteration:
        return []


def test_profiles_leave_defaults_to_most() -> None:
    """Zones and languages differ; consent and quiet hours are set by a few."""
    profiles = [one for one in World(1, 500, 12, 0).begin() if isinstance(one, Profile)]
    assert len({one.timezone for one in profiles}) == 4
    refused = [one for one in profiles if one.consent is not msgspec.UNSET]
    quiet = [one for one in profiles if one.quiet_hours is not msgspec.UNSET]
    assert 5 < len(refused) < 60
    assert 30 < len(quiet) < 120
