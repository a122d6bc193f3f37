"""Fan-out of one stream to a worker's users without Kafka: CPU time a user of each stage.

Run it as ``python -m benchmarks.speed.fanout_core [users] [partitions]``.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
import numpy as np

from features.contracts import Cover, StreamRecord
from features.hashing import hash64
from features.later_records import LaterRecords
from features.raw_records import RawRecords
from features.registry import FEATURE_NAMES
from features.row import COUNTED_TYPES, short_hash
from features.state import UserState
from features.user_table import UserTable
from online_models.heads import PRIOR_NAMES
from online_models.snapshot import HeadWeights, ModelSnapshot
from reminders.board import Board
from reminders.planner import Planner
from reminders.quota import Partition
from reminders.settings import DecisionSettings
from streams.engine.emission import reminder_records
from streams.engine.outgoing import Outgoing, one_by_one

NOON = 1_699_934_400_000
HOUR_MS, DAY_MS = 3_600_000, 86_400_000
HOSTS, CATEGORIES = 64, 12


def model() -> ModelSnapshot:
    """Return a model that has learned something of all that is asked by default."""
    rng = np.random.default_rng(7)
    blank = ModelSnapshot.untrained(FEATURE_NAMES)
    heads = {
        name: HeadWeights(
            rng.normal(0.0, 0.2, len(FEATURE_NAMES)).tolist(),
            blank.heads[name].intercept,
            (9_000, 900),
            (400, 300),
            1.1,
            0.05,
        )
        for name in PRIOR_NAMES
    }
    mean = rng.uniform(0, 0.3, len(FEATURE_NAMES))
    return msgspec.structs.replace(
        blank, version=3, mean=mean.tolist(), heads={**blank.heads, **heads}
    )


def people(number: int, count: int) -> UserState:
    """Return the state of one partition: `count` users who follow the host, each with a past."""
    rng = np.random.default_rng(number)
    state = UserState(UserTable("Asia/Shanghai", "zh-CN", (1320, 480)), 600_000, 0)
    slots = state.users.slots_of([f"user-{number}-{n:07d}" for n in range(count)], create=True)
    rows = state.users.rows
    hosts = np.array([short_hash(hash64(f"host-{n}")) for n in range(HOSTS)], np.uint64)
    kinds = np.array([short_hash(hash64(f"category-{n}")) for n in range(CATEGORIES)], np.uint64)
    known = {
        "host_h": hosts[rng.permuted(np.tile(np.arange(HOSTS), (count, 1)), axis=1)[:, :8]],
        "category_h": kinds[rng.integers(0, CATEGORIES, (count, 6))],
        "host_w": rng.exponential(2.0, (count, 8)),
        "category_w": rng.exponential(2.0, (count, 6)),
        "host_ts": NOON // 1000 - rng.integers(0, 30 * 86_400, (count, 8)),
        "counts": rng.exponential(3.0, (count, 3, len(COUNTED_TYPES))),
        "fatigue": rng.exponential(0.5, (count, 4)),
        "activity": rng.poisson(12.0, (count, 2, 48)),
        "activity_unit": np.full(count, 1.0 / 32.0),
        "content_unit": np.full(count, 1.0 / 64.0),
        "content": rng.integers(-60, 60, (count, 32)),
        "first_ts": NOON - rng.integers(30 * DAY_MS, 90 * DAY_MS, count),
        "last_ts": NOON - rng.integers(0, 20 * DAY_MS, count),
        "spend": rng.exponential(5.0, count),
    }
    for name, values in known.items():
        rows[name][slots] = values.astype(rows.dtype[name].base)
    for at in range(0, count, 3):
        fields = {"nickname": f"Ann {at}", "locale": ("en", "zh-CN", "ja")[at % 9 // 3]}
        if at % 30 == 0:
            fields["timezone"] = ("Europe/Berlin", "America/New_York")[at % 60 // 30]
        state.users.apply_profile_update(int(slots[at]), 5, fields)
    state.follows.set_many(
        slots,
        np.full(count, hash64("host-0"), np.uint64),
        np.full(count, 5),
        np.ones(count, np.bool_),
    )
    state.take_signals()
    state.take_changed(NOON)
    return state


def board() -> Board:
    """Return a board with one stream that starts in half an hour."""
    scheduled = Board(lambda _: np.full(32, 1.0 / np.sqrt(32.0), np.float32))
    covers = [
        Cover(cover_id=f"c{n}", url=f"https://cdn.example.com/{n}.jpg", kind="image")
        for n in range(2)
    ]
    scheduled.apply(
        StreamRecord(
            stream_id="stream-1",
            ts=1,
            status="scheduled",
            host_id="host-0",
            host_name="Lin",
            category="category-3",
            title="New Year lipsticks, live from the lab",
            start_ts=NOON + 30 * 60_000,
            covers=covers,
        )
    )
    return scheduled


class Stages:
    """CPU seconds of this process by stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """Add what the block takes."""
        started = time.process_time()
        yield
        spent = time.process_time() - started
        self.seconds[name] = self.seconds.get(name, 0.0) + spent


def main(users: int, partitions: int) -> None:
    """Plan, decide, render and take the state of a stream's reminders; print one JSON line."""
    stages, snapshot = Stages(), model()
    planned, sent, seen, size, state_records, state_bytes = 0, 0, 0, 0, 0, 0
    sums: list[str] = []
    for number in range(partitions):
        state, scheduled = people(number, users // partitions), board()
        settings = DecisionSettings(send_price=-1.0, simulated_time=True)
        planner = Planner(settings, Partition(number, partitions))
        with stages.timed("plan"):
            planner.decide(state, scheduled, snapshot, NOON - 60_000, NOON)
        planned += sum(plan.pending for plan in planner.plans)
        with stages.timed("plan_state"):
            planner.take_changed()
        until = NOON + 20 * 60_000
        with stages.timed("decide"):
            decision = planner.decide(state, scheduled, snapshot, NOON, until)
        with stages.timed("render"):
            later = reminder_records(decision, state, scheduled, snapshot, settings)
            chunks: list[Outgoing] = [
                part for each in later if isinstance(each, LaterRecords) for part in each
            ]
        with stages.timed("state"):
            planned_changes, chunks_of_state = planner.take_changed(), state.take_changed(until)
        records = list(one_by_one(chunks))
        sent += len(decision)
        seen += len(records)
        size += sum(len(record.value or b"") for record in records)
        changed = [*RawRecords.joined(chunks_of_state).pairs(), *planned_changes]
        state_records += len(changed)
        state_bytes += sum(len(key) + len(value or b"") for key, value in changed)
        sums.append(_digest(records))
    figures = {name: round(spent / users * 1e6, 3) for name, spent in stages.seconds.items()}
    print(
        json.dumps(
            {
                "users": users,
                "planned": planned,
                "sent": sent,
                "records": seen,
                "cpu_us_a_user": figures,
                "total": round(sum(figures.values()), 3),
                "bytes_a_reminder": size // max(seen, 1),
                "state_records": state_records,
                "state_bytes_a_user": round(state_bytes / users, 1),
                "digest": hashlib.sha256("".join(sums).encode()).hexdigest()[:16],
            }
        )
    )


def _digest(records: list) -> str:  # type: ignore[type-arg]
    lines = sorted(
        repr(
            (
                record.key,
                sorted(msgspec.json.decode(record.value).items(), key=str),
                sorted(record.headers),
            )
        )
        for record in records
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


if __name__ == "__main__":
    main(*[int(word) for word in [*sys.argv[1:], "200000", "8"][:2]])
