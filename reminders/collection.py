"""What is due: rows whose minute has come, and those for which it is now or never."""

from __future__ import annotations

from collections import Counter

import numpy as np

from features.row import PERSONALIZATION_OK
from features.state import UserState
from online_models.arrays import Bools
from reminders.board import Board
from reminders.due_rows import DueRows, due_rows, stream_barrier
from reminders.plan import Plan
from reminders.plan_book import PlanBook
from reminders.plan_run import PLANNED, Planned
from reminders.settings import DecisionSettings
from reminders.suppression import Suppression
from reminders.tick import Tick

__all__ = ["collect"]

_NO_ROWS = np.zeros(0, PLANNED)


def collect(
    settings: DecisionSettings, state: UserState, board: Board, book: PlanBook, tick: Tick
) -> tuple[list[DueRows], Counter[str]]:
    """Take due rows off the wheel; return them, checked, by announcement, and what was dropped.

    Without a send time to give rows wait for the next tick.
    """
    if not tick.sends:
        return [], Counter()
    due = book.pop(tick.now_s)
    for plan in book.ending(tick.next_ms):
        if plan.window(0).first_s <= tick.now_s and plan.pending:
            due.setdefault(plan.announcement, []).append(_flush(state, book, plan, tick))
    checked: list[DueRows] = []
    dropped: Counter[str] = Counter()
    for announcement in sorted(due):
        rows = np.concatenate([*due[announcement], _NO_ROWS])
        plan = book[announcement]
        stream, reason = stream_barrier(board, plan, tick.now_ms)
        if stream is None:
            dropped[reason.value] += len(rows)
            continue
        rows = rows[np.argsort(rows["user_h"])]
        known = state.users.slot_by_hash(np.ascontiguousarray(rows["user_h"])) >= 0
        dropped[Suppression.ERASED.value] += int(np.count_nonzero(~known))
        checked.append(due_rows(settings, state, book, plan, stream, rows[known], tick))
    return checked, +dropped


def _flush(state: UserState, book: PlanBook, plan: Plan, tick: Tick) -> Planned:
    """Take out all rows of a plan whose window ends before the next call.

    Who gets the nominal moment waits for it while the next call still comes before the start.
    """
    rows = plan.flush(book.journal)
    if tick.next_ms >= plan.record.start_ts:
        return rows
    waits = (rows["due_s"] > tick.now_s) & ~_personal(state, rows)
    book.extend(plan, rows[waits])
    return rows[~waits]


def _personal(state: UserState, rows: Planned) -> Bools:
    slots = state.users.slot_by_hash(np.ascontiguousarray(rows["user_h"]))
    return np.asarray(state.users.rows["flags"][slots] & PERSONALIZATION_OK != 0)
