"""Attribution: what users do after a reminder, credited to the reminder they had last.

A pair of user and stream counts once as reserved, attended and purchased, for the last reminder
that was sent before the event, if the event is no later than the stream's close; a reservation
only for an invitation. A reminder counts once as delivered, opened and muted: the mute must come
within 24 h, and one that names no reminder is held against the user's last. A reminder that is
sent at a tick is sent after the events of that tick.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from features.contracts import FEEDBACK_CODE, TYPE_CODE
from features.decode import FeedbackColumns, InteractionColumns
from features.hashing import U64Array
from features.offered import entropy_offered
from features.reminded import (
    ARM_ATTENDED,
    ATTEND_INTENT,
    ATTENDED,
    DELIVERED,
    FIRST,
    MUTED,
    OPENED,
    RESERVED,
)
from features.state import UserState
from online_models.arrays import Bools, Ints
from reminders.board import Board
from reminders.decision import Decision, DueGroup
from reminders.kpi_book import FunnelBook, TrackedStream
from reminders.kpi_closing import FunnelCloser, close_ms
from reminders.kpi_credit import Pair
from reminders.outcomes import MUTED_WITHIN_MS
from reminders.reminder_id import split_ids

__all__ = ["Attribution"]

_RESERVE, _PURCHASE = TYPE_CODE["reserve"], TYPE_CODE["purchase"]
_COUNTED = np.zeros(len(TYPE_CODE), np.bool_)
_COUNTED[[_RESERVE, _PURCHASE, TYPE_CODE["enter"], TYPE_CODE["watch"]]] = True
_DELIVERED, _OPENED, _DISMISSED, _MUTED = (
    FEEDBACK_CODE[name] for name in ("delivered", "opened", "dismissed", "muted")
)


class Attribution:
    """Keeps one partition's funnels true as decisions, interactions and feedback come."""

    def __init__(self, book: FunnelBook) -> None:
        self._book = book
        self._now_ms = 0
        self._closer = FunnelCloser(book)

    def decided(self, state: UserState, board: Board, decision: Decision, now_ms: int) -> None:
        """Take what was decided at `now_ms`, epoch ms, and forget what closed long before."""
        self._now_ms = now_ms
        for opened in decision.opened:
            is_new = not self._book.knows(opened.announcement)
            named = opened.strategy
            self._track(opened.announcement, opened.stream_id, opened.host_id, opened.rung, named)
            for cohort, eligible in enumerate(opened.eligible if is_new else ()):
                self._book.count(opened.announcement, now_ms, "eligible", eligible, cohort)
        for group in decision.held_out:
            if group.intent == "invite":
                self._held(state, group)
        for group in decision.groups:
            self._sent(state, group)
        self._closer.close(state, board, now_ms)

    def interactions(
        self, state: UserState, board: Board, cols: InteractionColumns, slots: Ints
    ) -> None:
        """Credit reminders with new interactions; `slots` int64[n], all known."""
        if not self._book.streams:
            return
        rows = np.flatnonzero(_COUNTED[cols.type] & state.reminded.knows(slots))
        streams = [self._book.with_hash(stream_h) for stream_h in cols.stream_h[rows].tolist()]
        about = [stream for stream in streams if stream is not None and stream.has_rows]
        if not about:
            return
        rows = rows[[stream is not None and stream.has_rows for stream in streams]]
        pairs: dict[tuple[int, str], Pair] = {}
        for place, decided in self._news(state, about, cols, rows, slots):
            row, stream = int(rows[place]), about[place]
            ts = int(cols.ts[row])
            if ts <= close_ms(stream, board):
                key = int(slots[row]), stream.stream_id
                if key not in pairs:
                    user_h = state.users.rows["user_h"][slots[row : row + 1]]
                    (cohort,) = self._book.cohorts_of(user_h).tolist()
                    pairs[key] = Pair(self._book, stream, decided, cohort)
                pairs[key].give(int(cols.type[row]), ts, float(cols.amount[row]), self._now_ms)
        marks = [(slot, *change) for (slot, _), pair in pairs.items() for change in pair.changes()]
        if marks:
            user_slots, announcements, flags = zip(*marks, strict=True)
            hashes = np.array(announcements, np.uint64)
            state.reminded.mark(np.array(user_slots), hashes, np.array(flags))

    def feedback(self, state: UserState, cols: FeedbackColumns, slots: Ints) -> None:
        """Count new feedback for the reminders that it names; `slots` int64[n], all known."""
        announcements, user_h, ours = split_ids(cols.reminder_id)
        ours &= user_h == state.users.rows["user_h"][slots]
        sent_ms = state.reminded.lookup(slots, announcements)["send_s"].astype(np.int64) * 1_000
        ours &= sent_ms > 0
        delivered, opened = cols.type == _DELIVERED, cols.type == _OPENED
        came = delivered | opened | (cols.type == _DISMISSED)
        self._mark(state, slots, announcements, ours & came, DELIVERED, "delivered")
        self._mark(state, slots, announcements, ours & opened, OPENED, "opened")
        reported = np.flatnonzero(ours & delivered)
        cohorts = self._book.cohorts_of(user_h[reported])
        self._count(announcements[reported], cohorts, "reported")
        for row in np.flatnonzero(cols.type == _MUTED).tolist():
            ts = int(cols.ts[row])
            named = ours[row] and 0 < ts - int(sent_ms[row]) <= MUTED_WITHIN_MS
            at = announcements[row : row + 1] if named else _last_before(state, slots[row], ts)
            mute = np.ones(len(at), np.bool_)
            self._mark(state, slots[row : row + 1], at, mute, MUTED, "muted")

    def _track(
        self,
        announcement: int,
        stream_id: str,
        host_id: str | None,
        rung: str,
        strategy: str | None,
    ) -> TrackedStream:
        before = self._book.streams.get(stream_id)
        is_watched = before is not None and before.has_rows
        stream = self._book.track(stream_id, host_id or "", announcement, rung, strategy)
        if not is_watched:
            self._closer.add(stream)
        return stream

    def _of_group(self, group: DueGroup) -> TrackedStream:
        record, rung = group.stream.record, group.rung.name
        about = record.stream_id, record.host_id, rung, record.strategy
        return self._track(group.announcement, *about)

    def _sent(self, state: UserState, group: DueGroup) -> None:
        stream = self._of_group(group)
        flags = np.full(len(group), ATTEND_INTENT)
        if group.intent == "invite":
            flags = np.where(_undecided(state, stream, group.slots), FIRST, 0)
        announcements = np.full(len(group), group.announcement, np.uint64)
        state.reminded.note_sent(group.slots, announcements, group.send_ts // 1_000, flags)
        first = flags & FIRST != 0
        self._count(announcements, group.cohort, "sent")
        varied = entropy_offered(state.users.rows["offered_h"][group.slots])
        for cohort in np.unique(group.cohort).tolist():
            bits = float(varied[group.cohort == cohort].sum())
            self._book.count(group.announcement, self._now_ms, "entropy", bits, cohort)
        self._count(announcements[first], group.cohort[first], "treated")

    def _held(self, state: UserState, group: DueGroup) -> None:
        new = np.flatnonzero(_undecided(state, self._of_group(group), group.slots))
        announcements = np.full(len(new), group.announcement, np.uint64)
        state.reminded.note_held(group.slots[new], announcements, group.send_ts[new] // 1_000)
        self._count(announcements, group.cohort[new], "held")

    def _news(
        self,
        state: UserState,
        about: list[TrackedStream],
        cols: InteractionColumns,
        rows: Ints,
        slots: Ints,
    ) -> Iterator[tuple[int, list[tuple[int, int, int]]]]:
        """Yield the places in `rows` of events that are not counted already but may count.

        Each with the rows of `REMINDED` of its user and of the announcements of its stream.
        `about`: the stream of each of `rows`.
        """
        counts = np.array([len(stream.announcements) for stream in about])
        hashes = np.array(
            [announcement for stream in about for announcement, _ in stream.announcements],
            np.uint64,
        )
        event = np.repeat(np.arange(len(rows)), counts)
        starts = np.cumsum(counts) - counts
        found = state.reminded.lookup(slots[rows][event], hashes)
        ts, types, flags = cols.ts[rows], cols.type[rows], found["flags"]
        came = (found["send_s"] > 0) & (found["send_s"].astype(np.int64) * 1_000 < ts[event])
        drawn_s = np.where(found["held_s"] > 0, found["held_s"], found["send_s"])
        in_arm = (flags & FIRST != 0) & (drawn_s.astype(np.int64) * 1_000 < ts[event])
        done = np.bitwise_or.reduceat(flags, starts)
        reminded = np.logical_or.reduceat(came, starts)
        arm = np.logical_or.reduceat(in_arm, starts)
        attends = (types != _RESERVE) & (types != _PURCHASE)
        news = reminded & (types == _PURCHASE)
        news |= reminded & (types == _RESERVE) & (done & RESERVED == 0)
        news |= attends & reminded & (done & ATTENDED == 0)
        news |= attends & arm & (done & ARM_ATTENDED == 0)
        for place in np.flatnonzero(news).tolist():
            yield place, found[starts[place] : starts[place] + counts[place]].tolist()

    def _mark(
        self,
        state: UserState,
        slots: Ints,
        announcements: U64Array,
        where: Bools,
        bit: int,
        name: str,
    ) -> None:
        """Set a bit of reminders and count those that had it not."""
        rows = np.flatnonzero(where)
        if not len(rows):
            return
        slots, announcements = slots[rows], announcements[rows]
        has = state.reminded.lookup(slots, announcements)["flags"] & bit != 0
        new = np.unique(np.stack((slots[~has].view(np.uint64), announcements[~has])), axis=1)
        state.reminded.mark(new[0].view(np.int64), new[1], bit)
        user_h = state.users.rows["user_h"][new[0].view(np.int64)]
        self._count(new[1], self._book.cohorts_of(user_h), name)

    def _count(self, announcements: U64Array, cohorts: Ints, name: str) -> None:
        for cohort in np.unique(cohorts).tolist():
            hashes, counts = np.unique(announcements[cohorts == cohort], return_counts=True)
            for announcement, count in zip(hashes.tolist(), counts.tolist(), strict=True):
                self._book.count(announcement, self._now_ms, name, count, cohort)


def _undecided(state: UserState, stream: TrackedStream, slots: Ints) -> Bools:
    """Return bool[n]: about whom and this stream nothing was decided before."""
    before = np.zeros(len(slots), np.bool_)
    for announcement, _ in stream.announcements:
        rows = state.reminded.lookup(slots, announcement)
        before |= (rows["send_s"] > 0) | (rows["held_s"] > 0)
    return ~before


def _last_before(state: UserState, slot: int, ts: int) -> U64Array:
    """Return the announcement of the user's last reminder in the 24 h before `ts`, or none."""
    announcements, rows = state.reminded.of_user(slot)
    sent_ms = rows["send_s"].astype(np.int64) * 1_000
    order = np.lexsort((announcements, sent_ms))
    recent = (sent_ms[order] > 0) & (sent_ms[order] < ts) & (ts - sent_ms[order] <= MUTED_WITHIN_MS)
    last: U64Array = announcements[order[recent][-1:]]
    return last
