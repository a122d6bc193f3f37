"""Planned reminders that come into sight: those of the next hour, each seen once."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from weakref import WeakKeyDictionary

import msgspec
import numpy as np

from features.hashing import U64Array
from features.state import UserState
from online_models.arrays import Ints
from reminders.plan import Plan
from reminders.plan_run import PlanRun
from streams.view.keys import ViewKeys

__all__ = ["HORIZON_S", "Upcoming", "next_member"]

HORIZON_S = 3_600
_STEP_S = 10
_MOST_ROWS = 100_000

_Chunk = tuple[str, U64Array, Ints]


def next_member(stream_id: str, rung: str, start_ts: int) -> str:
    """Return the member of `next` that stands for a reminder."""
    fields = {"stream_id": stream_id, "rung": rung, "start_ts": start_ts}
    return msgspec.json.encode(fields).decode()


class Upcoming:
    """Looks into the plans now and then, and hands out what is due within the hour.

    Costs a look at each pending row every 10 s. Beyond 100,000 rows that wait to be written the
    oldest are dropped.

    Parameters
    ----------
    plans : gives the plans of the partition.
    """

    def __init__(self, plans: Callable[[], Iterable[Plan]]) -> None:
        self.dropped = 0
        self._plans = plans
        self._seen: WeakKeyDictionary[PlanRun, int] = WeakKeyDictionary()
        self._looked_s = -1
        self._chunks: deque[_Chunk] = deque()
        self._rows = 0

    def __len__(self) -> int:
        return self._rows

    def restart(self) -> None:
        """Hand everything out again."""
        self._seen.clear()
        self._looked_s = -1

    def look(self, now_ms: int) -> None:
        """Take what came into sight by `now_ms`, epoch ms of the clock that decides."""
        now_s = now_ms // 1_000
        if 0 <= now_s - self._looked_s < _STEP_S and self._looked_s >= 0:
            return
        self._looked_s = now_s
        for plan in self._plans():
            record = plan.record
            for run in plan.runs.values():
                if len(run):
                    rows = self._in_sight(run, now_s)
                    member = next_member(record.stream_id, record.rung, record.start_ts)
                    self._keep(member, run.rows["user_h"][rows], run.rows["due_s"][rows])

    def take(self, most: int, state: UserState, keys: ViewKeys) -> list[tuple[str, str, str]]:
        """Return (key, due ms, member) of up to `most` reminders to users who are known."""
        planned: list[tuple[str, str, str]] = []
        while self._chunks and most > 0:
            member, user_h, due_s = self._chunks.popleft()
            if len(user_h) > most:
                self._chunks.appendleft((member, user_h[most:], due_s[most:]))
                user_h, due_s = user_h[:most], due_s[:most]
            most -= len(user_h)
            self._rows -= len(user_h)
            slots = state.users.slot_by_hash(np.ascontiguousarray(user_h))
            for slot, due in zip(slots.tolist(), due_s.tolist(), strict=True):
                if slot >= 0:
                    key = keys.user(str(state.users.ids[slot]))
                    planned.append((key, f"{due}000", member))
        return planned

    def _in_sight(self, run: PlanRun, now_s: int) -> Ints:
        first, last = max(self._seen.get(run, 0), now_s, run.next_due_s - 1), now_s + HORIZON_S
        self._seen[run] = last
        due = run.rows["due_s"]
        return np.flatnonzero((due > first) & (due <= last))

    def _keep(self, member: str, user_h: U64Array, due_s: Ints) -> None:
        if not len(user_h):
            return
        self._chunks.append((member, user_h, due_s))
        self._rows += len(user_h)
        while self._rows > _MOST_ROWS and len(self._chunks) > 1:
            gone = len(self._chunks.popleft()[1])
            self._rows -= gone
            self.dropped += gone
