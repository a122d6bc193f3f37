"""What of one user partition is still to be written to the view."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence

import msgspec
import numpy as np

from features.growing import extended, roomier
from features.state import UserState
from online_models.arrays import Ints
from reminders.plan import Plan
from streams.engine.outgoing import Outgoing, Record, one_by_one, record_count
from streams.view.keys import ViewKeys
from streams.view.names import Names
from streams.view.script import Writing
from streams.view.upcoming import Upcoming, next_member
from streams.view.user_entries import user_entries

__all__ = ["PartitionView"]

_MOST_REMINDERS = 10_000
_FIRST_CAPACITY = 1 << 12


class _Sent(msgspec.Struct):
    """What the view reads of a reminder."""

    stream_id: str
    rung: str
    start_ts: int
    send_ts: int


_decoder = msgspec.json.Decoder(_Sent)


class PartitionView:
    """Marks users that changed, one byte each, and keeps the newest reminders in line.

    A mark is all that is kept of a user: what is written is read from the state when its turn
    comes, so however often and however many users change, nothing grows and nothing is lost.

    Attributes
    ----------
    now_ms : clock of the last commit, epoch ms; −1 before.
    claimed : whether the view knows this worker as the partition's owner.
    contested_until_s : when to try again, after another worker was found to be the owner.
    written_s : when it was last written, both on the monotonic clock.
    rebuilding : whether users that are not marked may be missing in the view.
    dropped : reminders and plans that waited too long.
    """

    def __init__(
        self, number: int, state: UserState, plans: Callable[[], Iterable[Plan]], now_ms: int
    ) -> None:
        self.number = number
        self.state = state
        self.now_ms = now_ms
        self.claimed = False
        self.contested_until_s = 0.0
        self.written_s = 0.0
        self.rebuilding = False
        self._upcoming = Upcoming(plans)
        self._marked = np.zeros(_FIRST_CAPACITY, dtype=np.bool_)
        self._cursor = 0
        self._reminders: deque[Record] = deque()
        self._again: Writing | None = None
        self._all_seen = False
        self._dropped = 0

    def __len__(self) -> int:
        """How much waits, at most: users who are gone may still be marked."""
        waiting = len(self._reminders) + len(self._upcoming) + len(self._again or ())
        return int(self._marked.sum()) + waiting

    @property
    def dropped(self) -> int:
        """How many reminders and plans were never written, because too many waited."""
        return self._dropped + self._upcoming.dropped

    def mark(self, slots: Ints) -> None:
        """Say that the users in these slots are to be written."""
        if len(slots):
            self._grow(int(slots.max()) + 1)
            self._marked[slots] = True

    def mark_all(self) -> None:
        """Write every user anew, from the first slot on."""
        self.mark(self.state.users.live_slots())
        self._cursor, self._all_seen = 0, False
        self._upcoming.restart()
        self.rebuilding = True

    def add_reminders(self, reminders: Sequence[Outgoing]) -> None:
        """Take reminders that were sent; beyond 10,000 that wait the oldest are dropped."""
        passed_over = max(record_count(reminders) - _MOST_REMINDERS, 0)
        self._dropped += passed_over
        self._reminders.extend(one_by_one(reminders, passed_over))
        while len(self._reminders) > _MOST_REMINDERS:
            self._reminders.popleft()
            self._dropped += 1

    def forget(self, user_ids: Sequence[str], keys: ViewKeys) -> None:
        """Drop what waits of users who are no more."""
        gone = {user_id.encode() for user_id in user_ids}
        if self._reminders:
            self._reminders = deque(one for one in self._reminders if one.key not in gone)
        if self._again:
            gone_keys = set(map(keys.user, user_ids))
            self._again = Writing(
                planned=[row for row in self._again.planned if row[0] not in gone_keys],
                sent=[row for row in self._again.sent if row[0] not in gone_keys],
            )

    def look_ahead(self) -> None:
        """Take the plans that have come into sight."""
        self._upcoming.look(self.now_ms)

    def take(self, most: int, keys: ViewKeys, names: Names) -> tuple[Writing, Ints]:
        """Return what is to be written next, about `most` entries, and the slots among it."""
        writing, self._again = self._again or Writing(), None
        reminders = min(len(self._reminders), most // 2)
        for _ in range(reminders):
            writing.sent.append(_sent(self._reminders.popleft(), keys))
        writing.planned += self._upcoming.take(most - len(writing), self.state, keys)
        slots = self._next_slots(most - len(writing))
        if len(slots):
            writing.users = user_entries(self.state, slots, keys, names)
        return writing, slots

    def put_back(self, writing: Writing, slots: Ints, *, rows: bool) -> None:
        """Take back what could not be written; without `rows` users alone, the rest is dropped."""
        self.mark(slots)
        if rows:
            self._again = Writing(planned=writing.planned, sent=writing.sent)
        else:
            self._dropped += len(writing.planned) + len(writing.sent)

    @property
    def progress(self) -> str:
        """What the view says of the partition once all that was taken is written."""
        return "rebuilding" if self.rebuilding and not self._all_seen else "complete"

    def written(self, at_s: float) -> None:
        """Note that all that was taken has been written, at `at_s` of the monotonic clock."""
        self.written_s = at_s
        self.rebuilding &= not self._all_seen

    def _next_slots(self, most: int) -> Ints:
        """Take the next marked slots in use, round and round, so that everybody's turn comes."""
        if most <= 0:
            return np.empty(0, dtype=np.int64)
        found = np.flatnonzero(self._marked[self._cursor :])[:most] + self._cursor
        self._marked[found] = False
        if len(found) == most:
            self._cursor = int(found[-1]) + 1
        else:
            self._cursor, self._all_seen = 0, True
        return found[self.state.users.ids.held(found)]

    def _grow(self, needed: int) -> None:
        capacity = roomier(len(self._marked), needed)
        if capacity > len(self._marked):
            self._marked = extended(self._marked, capacity)


def _sent(record: Record, keys: ViewKeys) -> tuple[str, str, str, str]:
    value = record.value or b""
    read = _decoder.decode(value)
    key = keys.user((record.key or b"").decode())
    member = next_member(read.stream_id, read.rung, read.start_ts)
    return key, str(read.send_ts), value.decode(), member
