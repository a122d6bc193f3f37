"""A small scene for the planner: people and streams in a few words, time in hours."""

from __future__ import annotations

from typing import Any

import numpy as np

from features.contracts import StreamRecord
from features.contracts.interaction import TYPE_CODE
from features.hashing import hash64
from features.registry import FEATURE_NAMES
from features.row import MUTED
from features.state import UserState
from features.update import apply_profiles
from features.user_table import UserTable
from online_models.snapshot import ModelSnapshot
from reminders.board import Board
from reminders.decision import Decision
from reminders.planner import Planner
from reminders.quota import WHOLE, Partition
from reminders.quota_exchange import Exchange
from reminders.settings import DecisionSettings

__all__ = ["HOUR", "MINUTE", "NOON", "SNAPSHOT", "Scene"]

MINUTE, HOUR = 60_000, 3_600_000
NOON = 1_699_934_400_000
"""Noon in Shanghai on Tuesday 14 November 2023."""
SNAPSHOT = ModelSnapshot.untrained(FEATURE_NAMES)


class Scene:
    """One partition in Shanghai without quiet hours, holdout or exploration, unless told."""

    def __init__(
        self, partition: Partition = WHOLE, exchange: Exchange | None = None, **settings: Any
    ) -> None:
        plain = {"holdout_invite": 0.0, "explore": 0.0, "simulated_time": True}
        self.settings = DecisionSettings(**{**plain, **settings})
        self.state = UserState(UserTable("Asia/Shanghai", "zh-CN", (0, 0)), 600_000, 0)
        self.board = Board(lambda _: np.zeros(32, np.float32))
        self.planner = Planner(self.settings, partition, exchange=exchange)
        self.snapshot = SNAPSHOT
        self.now = -1
        self.sent: list[tuple[str, str, str, str, int]] = []
        self.suppressed: dict[str, int] = {}
        self.planned = self.due = 0

    def slot(self, user: str) -> int:
        """Return the user's slot, new or not."""
        return int(self.state.users.slots_of([user], create=True)[0])

    def follow(self, *users: str, host: str = "host", ts: int = 1) -> None:
        """Let users follow a host."""
        slots = np.array([self.slot(user) for user in users])
        hosts = np.full(len(users), hash64(host), np.uint64)
        self.state.follows.set_many(
            slots, hosts, np.full(len(users), ts), np.ones(len(users), np.bool_)
        )

    def touch(self, user: str, kind: str, stream: str = "s", ts: int = 2) -> None:
        """Let a user reserve, cancel, enter, watch or buy."""
        self.state.touches.touch_many(
            np.array([self.slot(user)]),
            np.array([hash64(stream)], np.uint64),
            np.array([ts]),
            np.array([TYPE_CODE[kind]], np.uint8),
        )

    def mute(self, user: str, ts: int = 2) -> None:
        """Let a user switch pushes off."""
        slot = self.slot(user)
        self.state.users.rows["flags"][slot] |= MUTED
        self.state.users.rows["mute_ts"][slot] = ts

    def says(self, user: str, ts: int = 2, **fields: Any) -> None:
        """Set profile fields; `consent_push` stands for `consent.push`."""
        named = {name.replace("consent_", "consent."): value for name, value in fields.items()}
        apply_profiles(self.state, np.array([self.slot(user)]), [ts], [named])

    def stream(self, start: int, stream: str = "s", status: str = "scheduled", **more: Any) -> None:
        """Announce a stream, or say what became of it."""
        fields = {"host_id": "host", "title": "t", "start_ts": start, **more}
        ts = max(self.now, 1)
        self.board.apply(
            StreamRecord(stream_id=stream, ts=ts, status=status, **fields)  # type: ignore[arg-type]
        )

    def tick(self, now: int) -> Decision:
        """Let the clock come to `now`; what is sent goes to `sent`, its send time last."""
        decision = self.planner.decide(self.state, self.board, self.snapshot, self.now, now)
        self.now = now
        self.planned += decision.planned
        self.due += decision.due
        for group in decision.groups:
            about = (group.stream.stream_id, group.rung.name, str(group.intent))
            for user, send_ts in zip(group.user_ids, group.send_ts.tolist(), strict=True):
                self.sent.append((user, *about, send_ts))
        for reason, count in decision.suppressed.items():
            self.suppressed[reason] = self.suppressed.get(reason, 0) + count
        return decision

    def run(self, until: int, step: int = 5 * MINUTE) -> None:
        """Tick until `until`, from the last tick or one step before the first."""
        begin = self.now if self.now >= 0 else NOON - step
        for now in range(begin + step, until + 1, step):
            self.tick(now)

    def rungs(self, user: str) -> list[tuple[str, str]]:
        """Return (rung, intent) of what the user was sent, oldest first."""
        return [(rung, intent) for name, _, rung, intent, _ in self.sent if name == user]
