"""Planned reminders whose time has come, checked again with all that is known now."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from features.state import UserState
from online_models.arrays import Bools, Ints
from reminders.board import Board
from reminders.board_stream import BoardStream
from reminders.guardrails import (
    Standing,
    forbidden,
    local_quiet,
    profile_since_s,
    quiet_hours_bind,
    standing,
)
from reminders.holdout import held_out
from reminders.plan import Plan
from reminders.plan_book import PlanBook
from reminders.plan_run import Planned
from reminders.quiet_hours import NEVER_S, LocalQuiet
from reminders.settings import DecisionSettings
from reminders.suppression import SENDABLE, Suppression, code_of, mark
from reminders.tick import Tick
from reminders.timing import nominal_minutes

__all__ = ["DueRows", "due_rows", "stream_barrier"]


def stream_barrier(board: Board, plan: Plan, now_ms: int) -> tuple[BoardStream | None, Suppression]:
    """Return the stream if reminders of the plan may be sent; else None and the reason."""
    stream = board.get(plan.record.stream_id)
    if stream is None or stream.record.status in {"cancelled", "ended"}:
        return None, Suppression.CANCELLED
    if not stream.is_scheduled or now_ms >= plan.record.start_ts:
        return None, Suppression.STARTED
    if stream.record.start_ts != plan.record.start_ts:
        return None, Suppression.MOVED
    return stream, Suppression.CANCELLED


@dataclass(frozen=True)
class DueRows:
    """The due rows of one plan, n known users ascending by hash, with a code for each.

    Attributes
    ----------
    codes
        int64[n], changed in place: why the row is not sent now, SENDABLE while it may be.
    later_s
        int64[n], changed in place: when a row that is not sent now may be, −1 = never.
    held_out
        bool[n]: in the holdout of the reminder's kind.
    send_s
        int64[n]: the send time if it is sent now.
    """

    plan: Plan
    stream: BoardStream
    rows: Planned
    users: Standing
    quiet: LocalQuiet
    held_out: Bools
    send_s: Ints
    codes: Ints
    later_s: Ints

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def sendable(self) -> Ints:
        """The places of the rows that nothing forbids so far."""
        return np.flatnonzero(self.codes == SENDABLE)

    def defer(self, rows: Ints, from_s: Ints) -> None:
        """Move rows to the first moment from `from_s` on in their window outside quiet hours.

        Where there is none, or the user gets the nominal moment only, the row is never sent.
        """
        last_s = np.full(len(rows), self.plan.window(0).last_s)
        self.later_s[rows] = np.where(
            self.users.personal[rows],
            self.quiet.take(rows).next_allowed(from_s, last_s),
            NEVER_S,
        )


def due_rows(
    settings: DecisionSettings,
    state: UserState,
    book: PlanBook,
    plan: Plan,
    stream: BoardStream,
    rows: Planned,
    tick: Tick,
) -> DueRows:
    """Check rows of users who are known (ascending by hash) against every rule but the caps."""
    slots = state.users.slot_by_hash(np.ascontiguousarray(rows["user_h"]))
    users = standing(state, stream, slots)
    binding = quiet_hours_bind(settings, plan.rung, users.reserved)
    due_s = rows["due_s"].astype(np.int64)
    send_s = np.clip(np.maximum(due_s, users.since_s), tick.first_s, tick.now_s)
    past = np.flatnonzero(send_s < tick.now_s)
    since_s = profile_since_s(state, slots[past])
    send_s[past] = np.clip(since_s, send_s[past], tick.now_s)
    due = DueRows(
        plan,
        stream,
        rows,
        users,
        local_quiet(state, slots, binding),
        held_out(settings, stream.stream_h, users.user_h, users.reserved),
        send_s,
        forbidden(users),
        np.full(len(rows), NEVER_S, np.int64),
    )
    mark(due.codes, plan.ledger.users.contains(users.user_h), Suppression.DUPLICATE)
    again = users.reserved & book.reminded(plan, users.user_h)
    mark(due.codes, again, Suppression.DUPLICATE)
    _check_times(due, tick)
    return due


def _check_times(due: DueRows, tick: Tick) -> None:
    users, send_s = due.users, due.send_s
    window = due.plan.window(0)
    mark(due.codes, (send_s > window.last_s) | (send_s < window.first_s), Suppression.WINDOW_MISSED)
    _keep_to_nominal(due, tick)
    early = np.flatnonzero((due.codes == SENDABLE) & (users.since_s > send_s))
    due.codes[early] = code_of(Suppression.WINDOW_MISSED)
    due.defer(early, users.since_s[early])
    now_s = np.full(len(send_s), tick.now_s)
    quiet = due.quiet.quiet_at(send_s) | due.quiet.quiet_at(now_s)
    held = np.flatnonzero(quiet & (due.codes == SENDABLE))
    due.codes[held] = code_of(Suppression.QUIET_HOURS)
    due.defer(held, now_s[held] + 1)


def _keep_to_nominal(due: DueRows, tick: Tick) -> None:
    """Send users without personalization theirs at the nominal moment, or never.

    Where that is quiet, between the nearest moment and the one that allows for the next call.
    """
    rows = np.flatnonzero(~due.users.personal & (due.codes == SENDABLE))
    quiet, send_s = due.quiet.take(rows), due.send_s[rows]
    nearest_s, early_s = (
        nominal_minutes(quiet, due.plan.nominal_s, due.plan.window(0), step)
        for step in (0, tick.step_s)
    )
    first_s, last_s = np.minimum(nearest_s, early_s), np.maximum(nearest_s, early_s)
    off = (send_s < first_s - tick.late_s) | (send_s > last_s + tick.late_s)
    due.codes[rows[off]] = code_of(Suppression.WINDOW_MISSED)
    next_s = np.where(early_s > tick.now_s, early_s, nearest_s)[off]
    due.later_s[rows[off]] = np.where(next_s > tick.now_s, next_s, NEVER_S)
