"""What users did after a decision about a stream, as far as their state tells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from features.hashing import U64Array
from features.row import MUTED
from features.state import UserState
from features.touches import ATTENDED, EVER_RESERVED
from online_models.arrays import Bools, Ints

__all__ = ["MUTED_WITHIN_MS", "Outcomes", "Period", "outcomes"]

MUTED_WITHIN_MS = 24 * 3_600_000


@dataclass(frozen=True, slots=True)
class Period:
    """A stream by its hash, its start and when it closed, epoch ms."""

    stream_h: int
    start_ts: int
    closed_ts: int


@dataclass(frozen=True)
class Outcomes:
    """One entry a decision.

    Attributes
    ----------
    user_ids
        None for those who are known no more; nothing is to be read from their entries.
    attended
        Entered or watched between decision and close; None when already before the decision,
        as an event that came late told.
    reserved
        Reserved between decision and start; None when already before the decision, as an event
        that came late told.
    purchased
        Bought between decision and close.
    muted
        Switched pushes off within 24 h of the decision, and not on again.
    """

    user_ids: list[str | None]
    attended: list[bool | None]
    reserved: list[bool | None]
    purchased: list[bool]
    muted: list[bool]


def outcomes(state: UserState, period: Period, user_h: U64Array, decided_ts: Ints) -> Outcomes:
    """Return what the users ``uint64[n]`` did after ``decided_ts[n]``, epoch ms."""
    table = state.users
    slots = table.slot_by_hash(user_h)
    touches = state.touches.lookup(slots, period.stream_h)
    came, reserved = (touches["flags"] & flag != 0 for flag in (ATTENDED, EVER_RESERVED))
    bought_ts = touches["purchased_ts"]
    rows = table.rows[["flags", "mute_ts"]][slots]
    since_ts = rows["mute_ts"] - decided_ts
    muted = (rows["flags"] & MUTED != 0) & (since_ts > 0) & (since_ts <= MUTED_WITHIN_MS)
    return Outcomes(
        user_ids=[table.ids[slot] if slot >= 0 else None for slot in slots.tolist()],
        attended=_answers(came, touches["attended_ts"], decided_ts, period.closed_ts),
        reserved=_answers(reserved, touches["reserved_ts"], decided_ts, period.start_ts),
        purchased=((bought_ts > decided_ts) & (bought_ts <= period.closed_ts)).tolist(),
        muted=muted.tolist(),
    )


def _answers(did: Bools, ts: Ints, decided_ts: Ints, until_ts: int) -> list[bool | None]:
    """Return who did it by `until_ts`; None for whom it was no answer, as it came before."""
    answers: list[bool | None] = (did & (ts <= until_ts)).tolist()
    for row in np.flatnonzero(did & (ts <= decided_ts)).tolist():
        answers[row] = None
    return answers
