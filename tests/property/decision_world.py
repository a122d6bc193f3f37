"""Random worlds for the planner, and a run of it over one, as the engine runs it."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np

from features.contracts import StreamRecord
from features.decode import decode_feedback, decode_interactions
from features.raw_records import RawRecords
from features.registry import FEATURE_NAMES
from features.state import UserState
from features.update import apply_feedback, apply_interactions, apply_profiles
from features.user_table import UserTable
from online_models.example import Example
from online_models.snapshot import ModelSnapshot
from reminders.board import Board
from reminders.planner import Planner
from reminders.quota import WHOLE, Partition
from reminders.settings import DecisionSettings

__all__ = ["INTERACTION", "PROFILE", "STREAM", "Run", "Sent", "World", "make_world"]

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
ZONES = ("Asia/Shanghai", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Tokyo")
# Clocks change in New York on 8 March 2026, in Berlin on the 29th, on Lord Howe on 5 April.
BEGINS = (
    datetime(2026, 3, 7, tzinfo=UTC),
    datetime(2026, 3, 28, tzinfo=UTC),
    datetime(2026, 4, 4, tzinfo=UTC),
)
PROFILE, STREAM, INTERACTION, FEEDBACK = range(4)
"""Kinds of events, in the order in which a tick applies those of one ts."""

SNAPSHOT = ModelSnapshot.untrained(FEATURE_NAMES)


@dataclass(frozen=True)
class Sent:
    """One reminder as a consumer sees it, and the ticks around it."""

    user: str
    stream: str
    rung: str
    start_ts: int
    intent: str
    send_ts: int
    prev: int
    now: int


@dataclass
class World:
    """A script of events (ts, kind, event) by time, and ticks."""

    settings: DecisionSettings
    events: list[tuple[int, int, dict[str, Any]]] = field(default_factory=list)
    ticks: list[int] = field(default_factory=list)


class Maker:
    """Draws one world."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.begin = int(self.rng.choice(BEGINS).timestamp() * 1000)
        self.end = self.begin + 3 * DAY
        self.starts: dict[str, int] = {}
        self.world = World(
            DecisionSettings(
                max_invites_24h=self.rng.randint(1, 4),
                max_invites_7d=self.rng.randint(3, 6),
                min_gap_ms=self.rng.choice([0, 30, 120, 300]) * MINUTE,
                quiet_hours_bind_attend=self.rng.random() < 0.3,
                holdout_attend=0.1,
                invites_per_user_day=self.rng.choice([None, None, 0.5]),
                explore=0.3,
                seed=seed,
                simulated_time=True,
            )
        )

    def at(self) -> int:
        """Return any time."""
        return self.rng.randrange(self.begin, self.end)

    def add(self, kind: int, ts: int, **event: Any) -> None:
        """Let something happen."""
        self.world.events.append((ts, kind, {"ts": ts, **event}))

    def stream(self, n: int) -> None:
        """Announce a stream, and perhaps move, start, end or cancel it."""
        rng = self.rng
        start = rng.randrange(self.begin + 2 * HOUR, self.end) // (15 * MINUTE) * 15 * MINUTE
        common: dict[str, Any] = {"stream_id": f"stream-{n}", "host_id": f"host-{n % 5}"}
        if rng.random() < 0.3:
            common["max_invites"] = rng.randint(1, 9)
        known = max(self.begin, start - rng.randrange(HOUR, 40 * HOUR))
        scheduled = {**common, "title": "t", "status": "scheduled"}
        self.add(STREAM, known, **scheduled, start_ts=start)
        self.starts[f"stream-{n}"] = start
        if rng.random() < 0.4:
            moved = start + rng.choice([-3, -1, 1, 3, 20]) * HOUR
            self.add(STREAM, rng.randrange(known, start), **scheduled, start_ts=moved)
        if rng.random() < 0.3:
            status = rng.choice(["cancelled", "live", "ended"])
            ts = rng.randrange(known, start + HOUR)
            self.add(STREAM, ts, stream_id=f"stream-{n}", status=status)

    def profiles(self, user: str) -> None:
        """Let a user say where they live, when not to be disturbed, and what they agree to."""
        rng = self.rng
        for _ in range(rng.randint(0, 3)):
            fields: dict[str, Any] = {}
            if rng.random() < 0.7:
                fields["timezone"] = rng.choice(ZONES)
            if rng.random() < 0.6:
                hours = [f"{rng.randrange(24):02}:{rng.choice([0, 15, 59]):02}" for _ in "ab"]
                fields["quiet_hours"] = {"start": hours[0], "end": hours[1]}
            for name in ("consent.push", "consent.personalization"):
                if rng.random() < 0.3:
                    fields[name] = rng.random() < 0.5
            self.add(PROFILE, rng.choice([self.begin, self.at()]), user_id=user, fields=fields)

    def behaviour(self, user: str) -> None:
        """Let a user follow, reserve, watch and mute."""
        rng = self.rng
        self.add(INTERACTION, self.begin, user_id=user, type="app_open")
        for host in rng.sample(range(5), 3):
            about = {"user_id": user, "host_id": f"host-{host}"}
            self.add(INTERACTION, rng.choice([self.begin, self.at()]), type="follow", **about)
            if rng.random() < 0.2:
                self.add(INTERACTION, self.at(), type="unfollow", **about)
        for stream in rng.sample(sorted(self.starts), 6):
            kind = rng.choice(["reserve", "reserve", "reserve_cancel", "watch", "enter"])
            ts = max(self.begin, self.starts[stream] - rng.randrange(0, 30 * HOUR))
            self.add(INTERACTION, ts, user_id=user, type=kind, stream_id=stream)
        for _ in range(rng.randint(0, 2)):
            kind = rng.choice(["muted", "unmuted"])
            self.add(FEEDBACK, self.at(), user_id=user, type=kind, reminder_id="r")


def make_world(seed: int) -> World:
    """Return a world of 40 users, 16 streams and 3 days; all happens that the rules speak of."""
    maker = Maker(seed)
    for n in range(16):
        maker.stream(n)
    for n in range(40):
        maker.profiles(f"user-{n}")
        maker.behaviour(f"user-{n}")
    world = maker.world
    world.events.sort(key=lambda event: event[:2])
    step = maker.rng.choice([1, 5, 15, 37, 60]) * MINUTE
    world.ticks = list(range(maker.begin + step, maker.end + 8 * HOUR, step))
    return world


class Run:
    """The planner over a world, as the engine runs it; it can be restored, slots shuffled."""

    def __init__(self, world: World, partition: Partition = WHOLE) -> None:
        self.world, self.partition = world, partition
        self.board = Board(lambda _: np.zeros(32, np.float32))
        self.sent: list[Sent] = []
        self.examples: list[Example] = []
        self.records: dict[bytes, bytes] = {}
        self.fresh()

    def fresh(self) -> None:
        """Start with nothing."""
        self.state = UserState(UserTable("Asia/Shanghai", "zh-CN", (1320, 480)), 600_000, 0)
        self.planner = Planner(self.world.settings, self.partition)

    def restore(self, seed: int) -> None:
        """Start anew from what was written down, users in another order."""
        self.fresh()
        keys = sorted(self.records)
        random.Random(seed).shuffle(keys)
        mine = [key for key in keys if key[:1] == b"\xff" and key[1:2] in Planner.STATE_KINDS]
        for key in mine:
            self.planner.restore(key, self.records[key])
        others = [key for key in keys if key not in set(mine)]
        self.state.restore(RawRecords.of(others, [self.records[key] for key in others]))

    def apply(self, kind: int, event: dict[str, Any], number: int) -> None:
        """Apply one event."""
        ids = [event["user_id"]] if kind != STREAM else []
        if kind == PROFILE:
            slots = self.state.users.slots_of(ids, create=True)
            apply_profiles(self.state, slots, [event["ts"]], [event["fields"]])
        elif kind == STREAM:
            self.board.apply(StreamRecord(**event))
        else:
            value = [json.dumps({**event, "event_id": f"e{number}"}).encode()]
            keys = [ids[0].encode()]
            if kind == INTERACTION:
                cols, _ = decode_interactions(RawRecords.of(keys, value), None)
                slots = self.state.users.slots_of(ids, create=True)
                apply_interactions(self.state, cols, slots, lambda _: None)
            else:
                told, _ = decode_feedback(RawRecords.of(keys, value), None)
                slots = self.state.users.slots_of(ids, create=False)
                apply_feedback(self.state, told, slots)
                self.planner.feedback(self.state, told, slots)

    def go(self, restore_every: int = 0, restore_before_ticks: int = 0) -> list[Sent]:
        """Run all ticks, starting anew from the records every so often; return what was sent.

        `restore_before_ticks`: start anew between events and every so manieth tick, as a worker
        on the wall clock may, which writes down what came before it decides.
        """
        at, prev, events = 0, -1, self.world.events
        for place, now in enumerate(self.world.ticks, 1):
            while at < len(events) and events[at][0] <= now:
                self.apply(events[at][1], events[at][2], at)
                at += 1
            if restore_before_ticks and place % restore_before_ticks == 0:
                self.write_down(prev)
                self.restore(place)
            self.tick(prev, now)
            if restore_every and place % restore_every == 0:
                self.restore(place)
            prev = now
        return self.sent

    def tick(self, prev: int, now: int) -> None:
        """Decide, close labels, and write down what changed."""
        decision = self.planner.decide(self.state, self.board, SNAPSHOT, prev, now)
        self.examples += self.planner.close_labels(self.state, self.board, now)
        for group in decision.groups:
            order = list(zip(group.send_ts.tolist(), group.user_h.tolist(), strict=True))
            assert order == sorted(order)
            about = (group.stream.stream_id, group.rung.name, group.start_ts, group.intent)
            for user, send_ts in zip(group.user_ids, group.send_ts.tolist(), strict=True):
                self.sent.append(Sent(user, *about, send_ts, prev, now))
        self.write_down(now)

    def write_down(self, now: int) -> None:
        """Take what changed into the records, as a transaction does."""
        for key, value in [
            *RawRecords.joined(self.state.take_changed(now)).pairs(),
            *self.planner.take_changed(),
        ]:
            if value is None:
                del self.records[key]
            else:
                self.records[key] = value
