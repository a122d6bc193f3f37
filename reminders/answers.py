"""Openings and mutes, joined to the reminders that they answer."""

from __future__ import annotations

import numpy as np

from features.contracts import FEEDBACK_CODE
from features.decode import FeedbackColumns
from features.state import UserState
from online_models.arrays import Ints
from reminders.labels import OPENED_WITHIN_MS
from reminders.open_delay import OpenDelay
from reminders.plan import Plan
from reminders.plan_book import PlanBook
from reminders.reminder_id import split_id

__all__ = ["join_answers"]

_OPENED, _MUTED = FEEDBACK_CODE["opened"], FEEDBACK_CODE["muted"]


def join_answers(
    book: PlanBook, delay: OpenDelay, state: UserState, cols: FeedbackColumns, slots: Ints
) -> None:
    """Note in the labels of the plans who opened and who muted; `delay` learns from openings.

    `slots`: int64[n], the users of the feedback, −1 for one that is not known. An answer to a
    reminder of somebody else, or of a plan that is gone, is passed over.
    """
    rows = np.flatnonzero(((cols.type == _OPENED) | (cols.type == _MUTED)) & (slots >= 0))
    user_h = state.users.rows["user_h"]
    for row in rows.tolist():
        pair = split_id(cols.reminder_id[row] or "")
        plan = None if pair is None else book.get(pair[0])
        if plan is None or pair is None or pair[1] != int(user_h[slots[row]]):
            continue
        ts = int(cols.ts[row])
        if cols.type[row] == _MUTED:
            plan.labels.note_muted(pair[1], ts, book.journal)
            continue
        delay_s = plan.labels.note_opened(pair[1], ts, book.journal)
        if delay_s is not None and _told_whole(plan, ts - 1_000.0 * delay_s):
            delay.learn(delay_s)


def _told_whole(plan: Plan, sent_ms: float) -> bool:
    """Return whether a reminder came so long before the start that its late openings count too."""
    return plan.record.start_ts - sent_ms >= OPENED_WITHIN_MS
