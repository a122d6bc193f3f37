"""Valid records into the memory of one partition: whose they are, whether they are new."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from features.decode import FeedbackColumns, InteractionColumns, ProfileUpdate, Refusals
from features.hashing import U64Array, hash64, hash64_many, murmur2_partition
from features.texts import Texts
from features.update import Resolved, apply_feedback, apply_interactions, apply_profiles
from online_models.arrays import Bools, Ints
from streams.engine.memory import PartitionMemory
from streams.engine.shared import Shared

__all__ = ["Application"]

Columns = TypeVar("Columns", InteractionColumns, FeedbackColumns)
FEEDBACK_SALT = np.uint64(0x9E3779B97F4A7C15)


class Application:
    """Applies runs of one kind after another.

    Attributes
    ----------
    misplaced_events, misplaced_profiles : records of users that belong to another partition.
    """

    def __init__(self, shared: Shared, memory: PartitionMemory, number: int, now_ms: int) -> None:
        self.misplaced_events: list[Refusals] = []
        self.misplaced_profiles: list[Refusals] = []
        self._board = shared.board
        self._partitions = shared.settings.topics.partitions
        self._evicts = shared.settings.engine.max_users_per_partition is not None
        self._memory = memory
        self._number = number
        self._now_ms = now_ms

    def profiles(self, updates: Sequence[ProfileUpdate], ts: Ints, index: Ints) -> None:
        """Apply the profile records at `index` in that order; `ts` int64[n], epoch ms, of all."""
        run: list[int] = []
        for at in index.tolist():
            if updates[at].erase:
                self._update_profiles([updates[one] for one in run], ts[run])
                self._erase(updates[at].user_id, int(ts[at]))
                run = []
            else:
                run.append(at)
        self._update_profiles([updates[one] for one in run], ts[run])

    def interactions(self, cols: InteractionColumns, index: Ints) -> None:
        """Apply the interactions at `index`."""
        state = self._memory.state
        cols = _picked(cols, index[~state.erasures.erased(cols.user_h[index], cols.ts[index])])
        user_ids = Texts(cols.text, cols.user_at, cols.user_size)
        slots = state.users.slots_of_texts(user_ids, cols.user_h, True, self._belong)
        self.misplaced_events.append(self._misplaced(cols.position[slots < 0]))
        fresh = state.dedup.fresh(cols.user_h, cols.event_h, cols.ts) & (slots >= 0)
        index = np.flatnonzero(fresh)
        cols, slots = _picked(cols, index), slots[index]
        apply_interactions(state, cols, slots, self._resolve)
        self._memory.attribution.interactions(state, self._board, cols, slots)

    def feedback(self, cols: FeedbackColumns, index: Ints, user_h: U64Array) -> None:
        """Apply the feedback at `index`, of known users only; `user_h` hashes all users."""
        state = self._memory.state
        index = index[~state.erasures.erased(user_h[index], cols.ts[index])]
        cols, user_h = _picked(cols, index), user_h[index]
        slots = state.users.slots_of(cols.user_id, False, hashes=user_h)
        known = np.flatnonzero(slots >= 0)
        cols, user_h, slots = _picked(cols, known), user_h[known], slots[known]
        event_h = hash64_many(cols.event_id) ^ FEEDBACK_SALT
        index = np.flatnonzero(state.dedup.fresh(user_h, event_h, cols.ts))
        cols, slots = _picked(cols, index), slots[index]
        apply_feedback(state, cols, slots)
        self._memory.planner.feedback(state, cols, slots)
        self._memory.attribution.feedback(state, cols, slots)

    def _update_profiles(self, updates: list[ProfileUpdate], ts: Ints) -> None:
        """Apply records none of which erases, ts int64[n]."""
        if not updates:
            return
        state = self._memory.state
        user_ids = [update.user_id for update in updates]
        user_h = hash64_many(user_ids)
        kept = np.flatnonzero(~state.erasures.erased(user_h, ts))
        user_ids = [user_ids[at] for at in kept.tolist()]
        slots = state.users.slots_of(user_ids, True, self._belong, user_h[kept])
        known = slots >= 0
        positions = [updates[at].position for at in kept[~known].tolist()]
        self.misplaced_profiles.append(self._misplaced(np.array(positions, np.int64)))
        kept = kept[known]
        fields = [updates[at].fields for at in kept.tolist()]
        apply_profiles(state, slots[known], ts[kept].tolist(), fields)

    def _erase(self, user_id: str, ts: int) -> None:
        """Forget a user for good, unless a later erasure of them was done."""
        state, user_h = self._memory.state, hash64(user_id)
        if state.erasures.erased(np.array([user_h], np.uint64), np.array([ts]))[0]:
            return
        slot = state.users.index.get(user_id)
        if state.forget(user_id, ts, self._now_ms):
            self._memory.erased.append(user_id)
            # What was sent to a user outlives their row where the longest idle are forgotten.
            if slot is not None or self._evicts:
                self._memory.planner.forget(user_h)

    def _belong(self, user_ids: list[str]) -> Bools:
        keys = [user_id.encode() for user_id in user_ids]
        return np.asarray(murmur2_partition(keys, self._partitions) == self._number)

    def _misplaced(self, position: Ints) -> Refusals:
        text = (
            f"the record lies in partition {self._number}, its key belongs to another; "
            "use Kafka's default partitioner (murmur2 of the key bytes)"
        )
        return Refusals.alike(position, "wrong_partition", text)

    def _resolve(self, stream_h: int) -> Resolved | None:
        stream = self._board.with_hash(stream_h)
        return None if stream is None else (stream.host_h, stream.category_h, stream.content)


def _picked(cols: Columns, index: Ints) -> Columns:
    """The columns at `index`; the columns themselves when that is all of them in order."""
    whole = len(index) == len(cols) and bool((index == np.arange(len(index))).all())
    return cols if whole else cols.take(index)
