"""The full system as a policy: the project's own state, planner and trainer, in process.

One user partition on the topic clock, which ticks every ten minutes before a start and every half
hour else. Streams are applied, then interactions, then feedback; the planner decides; labels of
what closed go to the trainer, which learns every hour.
"""

from __future__ import annotations

import numpy as np

from benchmarks.quality.names import Names
from benchmarks.quality.policy import VOLUME
from features.embedding import HashedNgramEmbedder
from features.registry import FEATURE_NAMES
from features.state import UserState
from features.stream_text import stream_text
from features.update import Resolved, apply_feedback, apply_interactions
from features.user_table import UserTable
from online_models.co_engagement import CoEngagement
from online_models.example import Example
from online_models.neighbours import Neighbours
from online_models.snapshot import ModelSnapshot
from online_models.strategy import Strategy
from online_models.trainer import Trainer
from reminders.board import Board
from reminders.cohorts import Cohorts
from reminders.decision import Decision, DueGroup
from reminders.planner import Planner
from reminders.reminder_id import join_id
from reminders.settings import DecisionSettings
from reminders.visits import Visits, learn_visits, visits_of
from streams.engine.emission import reminder_records
from streams.simulation.wire.ids import copy_number
from streams.simulation.world.events import Events, Ints, Sends
from streams.simulation.world.programme import HALF_HOUR_MS, HOUR_MS
from streams.simulation.world.world import News, World

__all__ = ["Livecue"]

_DEDUP_MS = 600_000
_KEPT_MS = 8 * 24 * HOUR_MS


class Livecue:
    """The full system, with its default settings but for the volume and the strategy.

    Attributes
    ----------
    held_out : what was not sent to the holdout, tick by tick.
    """

    def __init__(self, world: World, strategy: Strategy = "hybrid") -> None:
        self.names = Names(world)
        self.settings = DecisionSettings(
            invites_per_user_day=VOLUME,
            simulated_time=True,
            seed=world.seed,
            cohorts=Cohorts(strategy),
        )
        self.state = UserState(UserTable("Asia/Shanghai", "zh-CN", (1320, 480)), _DEDUP_MS, 0)
        self.trainer = Trainer(FEATURE_NAMES)
        self.snapshot = ModelSnapshot.untrained(FEATURE_NAMES)
        self.held_out: list[Sends] = []
        embedder = HashedNgramEmbedder()
        self._board = Board(lambda record: embedder.embed([stream_text(record)])[0])
        self._neighbours, self._together = Neighbours(), CoEngagement()
        self._visits: list[Visits] = []
        self._planner = Planner(self.settings, neighbours=self._neighbours)
        self._examples: list[Example] = []
        self._ids: list[str] = []
        self._sending: list[str] = []
        self._prev_ms = -1
        self._slots = self.state.users.slots_of(self.names.users, create=True)
        self._user_of = np.argsort(self._slots)
        profiles = self.names.profiles()
        self.state.users.apply_profile_updates(
            self._slots, [world.begin_ms] * len(profiles), profiles
        )

    def begin(self, follows: Events) -> None:
        """Take the follows of the start."""
        self._interact(follows)

    def observe(self, news: News, now_ms: int) -> None:
        """Apply what came in the tick."""
        for one in news.streams:
            self._board.apply(self.names.record(one))
        if len(news.events):
            self._interact(news.events)
        if len(news.feedback):
            told = self.names.feedback(news.feedback, self._ids)
            slots = self._slots[news.feedback.user]
            apply_feedback(self.state, told, slots)
            self._planner.feedback(self.state, told, slots)
        if now_ms % HOUR_MS == 0:
            self._learn(now_ms)

    def decide(self, now_ms: int) -> Sends:
        """Return what the planner sends in this tick."""
        if not self._is_tick(now_ms):
            self._sending = []
            return Sends.joined([])
        decision = self._planner.decide(
            self.state, self._board, self.snapshot, self._prev_ms, now_ms
        )
        self._prev_ms = now_ms
        reminder_records(decision, self.state, self._board, self.snapshot, self.settings)
        self._examples += self._planner.close_labels(self.state, self._board, now_ms)
        self._planner.take_changed()
        visits = visits_of(self.state, self._board, self.settings.seed)
        self._visits += [] if visits is None else [visits]
        self.held_out += [self._as_sends(group) for group in decision.held_out]
        return self._sends(decision)

    def sent(self, numbers: Ints) -> None:
        """Note the reminders' ids by their numbers."""
        self._ids[int(numbers[0]) if len(numbers) else len(self._ids) :] = self._sending

    def _is_tick(self, now_ms: int) -> bool:
        """Return whether something is decided now: each half hour, and before a start each tick."""
        if now_ms % HALF_HOUR_MS == 0:
            return True
        return bool(self._board.scheduled_between(now_ms, now_ms + HALF_HOUR_MS))

    def _interact(self, events: Events) -> None:
        columns = self.names.interactions(events)
        apply_interactions(self.state, columns, self._slots[events.user], self._resolve)

    def _resolve(self, stream_h: int) -> Resolved | None:
        stream = self._board.with_hash(stream_h)
        return None if stream is None else (stream.host_h, stream.category_h, stream.content)

    def _learn(self, now_ms: int) -> None:
        if self._examples:
            self._examples.sort(key=lambda one: (one.decided_ts, one.user_id, one.reminder_id))
            self.trainer.learn(self._examples)
            self._examples = []
            self.snapshot = self.trainer.snapshot(now_ms)
        for host in learn_visits(self._together, self._visits).tolist():
            self._neighbours.tell(self._together.neighbourhood(host, now_ms))
        self._visits = []
        self._board.forget_closed(now_ms - _KEPT_MS)
        streams = np.array([stream.stream_h for stream in self._board.scheduled()], np.uint64)
        self.state.expire(now_ms, streams)
        self.state.take_changed(now_ms)

    def _sends(self, decision: Decision) -> Sends:
        self._sending = [
            join_id(group.announcement, user_h)
            for group in decision.groups
            for user_h in group.user_h.tolist()
        ]
        return Sends.joined([self._as_sends(group) for group in decision.groups])

    def _as_sends(self, group: DueGroup) -> Sends:
        n = len(group)
        copies = map(copy_number, group.copy_ids or [None] * n)
        return Sends(
            self._user_of[group.slots],
            np.fromiter(copies, np.int64, n),
            group.send_ts,
            np.full(n, int(group.stream.stream_id.removeprefix("stream-"))),
            np.full(n, group.intent == "attend"),
            group.score,
        )
