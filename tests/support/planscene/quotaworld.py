"""Some partitions that share quotas: what they tell each other arrives late, and some die."""

from __future__ import annotations

from random import Random
from typing import Any

import msgspec
import numpy as np
from planscene.scene import HOUR, NOON, Scene

from features.hashing import hash64
from features.row import short_hash
from reminders.appraisal import worth_of
from reminders.planner import Planner
from reminders.quota import Partition
from reminders.quota_exchange import Exchange, Note

__all__ = ["START", "QuotaWorld"]

START = NOON + 30 * HOUR
USERS = 40


class QuotaWorld:
    """`count` partitions of forty users each, who have watched the host more and less.

    Attributes
    ----------
    sent : users who were invited, by their partition.
    deaths : how often a decision came to nothing and was made again from what was committed.
    """

    def __init__(self, count: int, seed: int, **settings: Any) -> None:
        self.rng = Random(seed)
        self.deaths = 0
        self._log: list[bytes] = []
        self._heard = [0] * count
        self._changelog: list[dict[bytes, bytes | None]] = [{} for _ in range(count)]
        self.exchanges = [Exchange() for _ in range(count)]
        plain = {"min_gap_ms": 0, "max_invites_24h": 16, "max_invites_7d": 16, "send_price": -1.0}
        self.scenes = [
            Scene(Partition(number, count), self.exchanges[number], **{**plain, **settings})
            for number in range(count)
        ]
        random = np.random.default_rng(seed)
        for number, scene in enumerate(self.scenes):
            names = [f"user-{number}-{n}" for n in range(USERS)]
            slots = scene.state.users.slots_of(names, create=True)
            rows = scene.state.users.rows
            rows["last_ts"][slots] = NOON
            rows["host_h"][slots, 0] = short_hash(hash64("host"))
            rows["host_w"][slots, 0] = random.lognormal(0.0, 1.2, USERS)
            rows["host_ts"][slots, 0] = NOON // 1_000 - random.exponential(30 * 86_400, USERS)

    def announce(self, most: int | None, **more: Any) -> None:
        """Let all partitions hear of the stream."""
        for scene in self.scenes:
            scene.stream(START, max_invites=most, **more)

    def tick(self, now: int, *, late: float = 0.0, dies: float = 0.0) -> None:
        """Let each partition decide at `now`.

        `late`: how likely one has not heard what was said since it last heard anything. `dies`: how
        likely its decision is lost, and made again by a successor.
        """
        for number in self.rng.sample(range(len(self.scenes)), len(self.scenes)):
            if self.rng.random() >= late:
                self._hear(number)
            if self.rng.random() < dies:
                self._die(number, now)
            scene = self.scenes[number]
            scene.tick(now)
            for key, value in scene.planner.take_changed():
                self._changelog[number][key] = value
            self._log += scene.planner.quotas.take_notes()

    @property
    def sent(self) -> list[str]:
        """Who was invited."""
        return [one[0] for scene in self.scenes for one in scene.sent]

    def values(self) -> dict[str, float]:
        """What each user's invitation is worth, by the plans of now."""
        found: dict[str, float] = {}
        for scene in self.scenes:
            (plan,) = list(scene.planner.plans)[:1]
            stream = scene.board.get(plan.record.stream_id)
            assert stream is not None
            about = scene.planner._announcer.announcement(plan, stream, scene.snapshot, scene.now)
            slots = scene.state.users.live_slots()
            worth = worth_of(scene.state, about, slots, np.zeros(len(slots), np.int64))
            found |= zip(scene.state.users.ids.texts(slots), worth.value.tolist(), strict=True)
        return found

    def notes(self) -> list[Note]:
        """All that was told."""
        return [msgspec.msgpack.decode(value, type=Note) for value in self._log]

    def _hear(self, number: int) -> None:
        for value in self._log[self._heard[number] :]:
            self.exchanges[number].tell(value)
        self._heard[number] = len(self._log)

    def _die(self, number: int, now: int) -> None:
        """Decide and forget it; a new planner goes on from the changelog, and hears all anew."""
        scene = self.scenes[number]
        before = scene.state.users.rows.copy()
        scene.planner.decide(scene.state, scene.board, scene.snapshot, scene.now, now)
        scene.state.users.rows[:] = before
        self.exchanges[number] = Exchange()
        self._heard[number] = 0
        scene.planner = Planner(
            scene.settings, Partition(number, len(self.scenes)), exchange=self.exchanges[number]
        )
        for key, value in self._changelog[number].items():
            scene.planner.restore(key, value)
        self.deaths += 1
