"""What became of reminders: mutes, openings and how weary a user is of them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from features.contracts import FEEDBACK_CODE, FEEDBACK_TYPES
from features.decay import DAY_MS, FATIGUE_HALF_LIFE_DAYS
from features.decode import FeedbackColumns
from features.hashing import IntArray, U64Array
from features.offered import note_offers
from features.row import (
    FATIGUE_DELIVERED,
    FATIGUE_DISMISSED,
    FATIGUE_OPENED,
    FATIGUE_SENT,
    MUTED,
    NEVER,
    Rows,
)
from features.state import UserState
from features.update.activity import add_activity
from features.update.grouping import group_starts, order_by, rank_in_group
from features.update.rows import borrow_rows

__all__ = ["apply_feedback", "record_sends"]

_OPENED, _MUTED, _UNMUTED = (FEEDBACK_CODE[name] for name in ("opened", "muted", "unmuted"))
_NO_FATIGUE = -1
_FATIGUE = np.full(len(FEEDBACK_TYPES), _NO_FATIGUE)
_FATIGUE[FEEDBACK_CODE["delivered"]] = FATIGUE_DELIVERED
_FATIGUE[FEEDBACK_CODE["opened"]] = FATIGUE_OPENED
_FATIGUE[FEEDBACK_CODE["dismissed"]] = FATIGUE_DISMISSED
# A count that stands at a time long past is multiplied by up to this to be added to: 2^100.
_HALF_LIVES_AHEAD = 100.0


def apply_feedback(state: UserState, cols: FeedbackColumns, slots: IntArray) -> None:
    """Add a batch of feedback, each new, to the rows; `slots` int64[n], -1 = unknown user.

    The later of muted and unmuted wins, the last to arrive at equal times. Openings count as
    presence at their half-hour. Deliveries, openings and dismissals are counted with half-life
    7 d. The reference of the decays, `last_ts`, stays: reading a push is no interaction.
    """
    order = order_by(slots)
    if not len(order):
        return
    types, ts = cols.type[order], cols.ts[order]
    users, user = np.unique(slots[order], return_inverse=True)
    with borrow_rows(state.users, users) as rows:
        counted = np.flatnonzero(_FATIGUE[types] != _NO_FATIGUE)
        _add_fatigue(rows, user[counted], ts[counted], _FATIGUE[types[counted]])
        opened = np.flatnonzero(types == _OPENED)
        zone_codes = state.users.zone[users][user[opened]]
        # By user: who else is there, and in which slots, must not matter.
        nth = rank_in_group(user[opened])
        add_activity(rows, user[opened], zone_codes, ts[opened], nth, state.users.zones)
        np.maximum.at(rows["last_open_ts"], user[opened], ts[opened])
        switched = np.flatnonzero((types == _MUTED) | (types == _UNMUTED))
        _switch(rows, user[switched], ts[switched], types[switched] == _MUTED)
    state.release(slots[order[types == _UNMUTED]])


def record_sends(
    state: UserState, slots: IntArray, send_ts: IntArray, categories: U64Array
) -> None:
    """Count reminders sent to users (`slots` int64[n]) at `send_ts` (epoch ms) as fatigue.

    `categories`: uint64[n] hashes of what they were about, 0 = unknown, oldest reminder first.
    """
    known = slots >= 0
    if not known.all():
        slots, send_ts, categories = slots[known], send_ts[known], categories[known]
    rows = state.users.rows
    note_offers(rows, slots, categories)
    new = np.flatnonzero(rows["last_ts"][slots] == NEVER)
    np.maximum.at(rows["last_ts"], slots[new], send_ts[new])
    weights = _weights(send_ts - rows["last_ts"][slots])
    np.add.at(rows["fatigue"][:, FATIGUE_SENT], slots, weights)
    state.users.mark(slots)


def _add_fatigue(rows: Rows, user: IntArray, ts: IntArray, kind: IntArray) -> None:
    """Add 1 each, as of its `ts`, to counts that stand at ``last_ts``.

    A user without any event has no such time yet and gets that of the newest count.
    """
    if not len(user):
        return
    starts = group_starts(user)
    present = user[starts]
    newest = np.maximum.reduceat(ts, starts)
    reference = rows["last_ts"][present]
    rows["last_ts"][present] = np.where(reference == NEVER, newest, reference)
    np.add.at(rows["fatigue"], (user, kind), _weights(ts - rows["last_ts"][user]))


def _weights(ahead_ms: IntArray) -> npt.NDArray[np.float32]:
    """Return what 1 counts for so long after the time at which the counts stand."""
    half_lives = ahead_ms / (FATIGUE_HALF_LIFE_DAYS * DAY_MS)
    return np.asarray(np.exp2(np.minimum(half_lives, _HALF_LIVES_AHEAD)), np.float32)


def _switch(rows: Rows, user: IntArray, ts: IntArray, muted: npt.NDArray[np.bool_]) -> None:
    if not len(user):
        return
    order = np.lexsort((ts, user))
    last = order[np.append(group_starts(user[order])[1:], len(order)) - 1]
    last = last[ts[last] >= rows["mute_ts"][user[last]]]
    flags = rows["flags"][user[last]]
    rows["flags"][user[last]] = np.where(muted[last], flags | MUTED, flags & ~np.uint16(MUTED))
    rows["mute_ts"][user[last]] = ts[last]
