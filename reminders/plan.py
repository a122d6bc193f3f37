"""The plan of one announcement: who is to be reminded when, who was, and what is to be learned."""

from __future__ import annotations

import msgspec
import numpy as np

from features.crowd import Crowd
from features.hashing import U64Array, hash64
from online_models.arrays import Bools, Ints
from reminders.journal import PLAN, RUN, Journal, plan_key
from reminders.labels import LabelBook
from reminders.ladder import Rung, window
from reminders.ledger import Ledger
from reminders.plan_run import PLANNED, Planned, PlanRun
from reminders.quiet_hours import NEVER_S
from reminders.reminder_id import announcement_h
from reminders.timing import SendWindow

__all__ = ["NO_QUOTA", "Plan", "PlanRecord"]

NO_QUOTA = 2**53
"""A quota beyond all that the wire can say."""

_MERGE_ROWS = 4_096
_BLOCK_ROWS = 30_000


class PlanRecord(msgspec.Struct, array_like=True):
    """What a plan is, as it stands in the changelog, apart from its blocks of rows.

    Attributes
    ----------
    host_h
        Hash of the host by which users were chosen.
    popularity
        Of the host, when this was planned.
    is_open
        Whether the plan holds; false after a move, a start or a cancellation.
    dealt_runs
        Runs with smaller numbers are empty.
    sample_rate
        Share of the decisions that become examples.
    invites
        How many invitations were sent.
    closed_ts
        When the stream closed, epoch ms, once the labels have closed; −1 before.
    widest_quota
        The most invitations that the stream has allowed since the window opened; −1 before.
    lifts, reservers
        With `popularity`, what other users did when this was planned (`features.crowd`).
    prior_bar
        What the prior must say of who is tried for its sake (`reminders.trials`); None: the price.
    bids, given, taken
        Whether the partition bid for the quota, how much of its share it gave away (−1: it has not
        heard all bids), and how much it was given (`reminders.quota_exchange`).
    """

    stream_id: str
    rung: str
    start_ts: int
    host_h: int = 0
    popularity: float = 0.0
    is_open: bool = True
    dealt_runs: int = 0
    sample_rate: float = 1.0
    invites: int = 0
    closed_ts: int = -1
    widest_quota: int = -1
    lifts: bytes = b""
    reservers: bytes = b""
    prior_bar: float | None = None
    bids: bool = False
    given: int = -1
    taken: int = 0

    @property
    def crowd(self) -> Crowd:
        """What other users did when this was planned."""
        return Crowd(self.popularity, self.lifts, self.reservers)

    @crowd.setter
    def crowd(self, crowd: Crowd) -> None:
        self.popularity, self.lifts, self.reservers = crowd.popularity, crowd.lifts, crowd.reservers


class Plan:
    """One (stream, rung, start): pending rows in runs, the ledger and the open labels."""

    def __init__(self, record: PlanRecord, rung: Rung) -> None:
        self.record = record
        self.rung = rung
        self.announcement = announcement_h(record.stream_id, record.rung, record.start_ts)
        self.stream_h = hash64(record.stream_id)
        self.runs: dict[int, PlanRun] = {}
        self.ledger = Ledger(self.announcement)
        self.labels = LabelBook(self.announcement)

    @property
    def pending(self) -> int:
        """How many rows are pending."""
        return sum(map(len, self.runs.values()))

    @property
    def nominal_s(self) -> int:
        """The rung's nominal moment, epoch seconds."""
        return (self.record.start_ts - self.rung.nominal_ms) // 1_000

    def window(self, earliest_s: int, rung: Rung | None = None) -> SendWindow:
        """Return the seconds from `earliest_s` on in which this may be sent, before the start.

        Or in which `rung` may be.
        """
        start_ts = self.record.start_ts
        first_ts, last_ts = window(rung or self.rung, start_ts)
        last_s = min(last_ts // 1_000, (start_ts - 1) // 1_000)
        return SendWindow(max(-(-first_ts // 1_000), earliest_s), last_s, start_ts // 1_000)

    def note_quota(self, max_invites: int | None, journal: Journal) -> None:
        """Take notice of what the stream allows now; None: any number."""
        allowed = NO_QUOTA if max_invites is None else max_invites
        if allowed > self.record.widest_quota:
            self.record.widest_quota = allowed
            self.write(journal)

    def holds(self, user_h: U64Array) -> Bools:
        """Return bool[n]: which users have a pending row."""
        held = np.zeros(len(user_h), np.bool_)
        for run in self.runs.values():
            held |= run.holds(user_h)
        return held

    def due_by(self, until_s: int) -> bool:
        """Return whether a pending row is due at `until_s`, epoch seconds, or before."""
        return any(len(run) and run.next_due_s <= until_s for run in self.runs.values())

    def pending_users(self) -> U64Array:
        """Return the hashes of the users who have a pending row, uint64[n]."""
        rows = [run.pending()["user_h"] for run in self.runs.values()]
        return np.concatenate([*rows, np.zeros(0, np.uint64)])

    def pending_due(self, user_h: U64Array) -> Ints:
        """Return int64[n]: when each user's pending row is due, epoch seconds, −1 without one."""
        due_s = np.full(len(user_h), NEVER_S)
        for run in self.runs.values():
            due_s = np.maximum(due_s, run.due_of(user_h))
        return due_s

    def extend(self, rows: Planned, journal: Journal) -> list[PlanRun]:
        """Add pending rows; return the new runs, to be put on the wheel.

        A few rows join the last run when that is small too, which then retires.
        """
        if not len(rows):
            return []
        number = max(self.runs, default=self.record.dealt_runs - 1) + 1
        last = self.runs.get(number - 1)
        if last is not None and len(last.rows) + len(rows) <= _MERGE_ROWS:
            rows = np.concatenate((last.pending(), rows))
            last.retired = True
            number -= 1
        rows = rows[np.argsort(rows["user_h"])]
        added = [
            PlanRun(number + place, rows[start : start + _BLOCK_ROWS])
            for place, start in enumerate(range(0, len(rows), _BLOCK_ROWS))
        ]
        for run in added:
            self.runs[run.number] = run
            journal.put(plan_key(RUN, self.announcement, run.number), run.rows.tobytes())
        return added

    def restore_run(self, number: int, value: bytes, dealt_s: int) -> PlanRun | None:
        """Put a run back less what was due at `dealt_s` or before; None when nothing is left."""
        if number < self.record.dealt_runs or not self.record.is_open:
            return None
        run = PlanRun(number, np.frombuffer(value, PLANNED))
        run.pop(dealt_s)
        self.runs[number] = run
        return run

    def settle(self, run: PlanRun, journal: Journal) -> None:
        """Drop a run from the changelog when nothing is left in it."""
        if not len(run) and self.runs.get(run.number) is run:
            self._drop_run(run, journal)

    def flush(self, journal: Journal) -> Planned:
        """Take out all pending rows, whatever their time, ascending by user hash."""
        rows = [run.pop(2**32) for run in self.runs.values()]
        self.record.dealt_runs = max(self.runs, default=self.record.dealt_runs - 1) + 1
        self.write(journal)
        for run in list(self.runs.values()):
            self._drop_run(run, journal)
        return np.concatenate([*rows, np.zeros(0, PLANNED)])

    def close_pending(self, journal: Journal) -> int:
        """Drop all pending rows for good; return how many."""
        self.record.is_open = False
        return len(self.flush(journal))

    def forget(self, user_h: int, journal: Journal) -> list[PlanRun]:
        """Forget a user; return runs in place of those that held the user."""
        self.ledger.forget(user_h, journal)
        self.labels.forget(user_h, journal)
        replaced: list[PlanRun] = []
        for number, run in list(self.runs.items()):
            rest = run.without(user_h)
            if rest is None:
                continue
            run.retired = True
            self.runs[number] = rest
            journal.put(plan_key(RUN, self.announcement, number), rest.rows.tobytes())
            self.settle(rest, journal)
            replaced.append(rest)
        return replaced

    def write(self, journal: Journal) -> None:
        """Write what the plan is."""
        self.record.invites = self.ledger.invites
        journal.put(plan_key(PLAN, self.announcement), msgspec.msgpack.encode(self.record))

    def drop(self, journal: Journal) -> None:
        """Take everything about the plan out of the changelog."""
        for run in list(self.runs.values()):
            self._drop_run(run, journal)
        self.ledger.drop(journal)
        self.labels.drop(journal)
        journal.drop(plan_key(PLAN, self.announcement))

    def _drop_run(self, run: PlanRun, journal: Journal) -> None:
        run.retired = True
        self.runs.pop(run.number, None)
        journal.drop(plan_key(RUN, self.announcement, run.number))
