"""A few events taken in for practice, so that no kernel is compiled while real ones wait."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np

from features.contracts import FEEDBACK_TYPES, INTERACTION_TYPES
from features.decode import dead_letters, decode_feedback, decode_interactions
from features.dedup import Dedup
from features.hashing import IntArray, U64Array, hash64_many
from features.raw_records import RawRecords
from features.row import CONTENT_DIM
from features.state import UserState
from features.texts import Texts
from features.update import Resolved, apply_feedback, apply_interactions, record_sends
from features.user_table import UserTable

__all__ = ["rehearse"]

_USER = "someone"


def rehearse() -> None:
    """Take events of every type in, write the state down and read it back: all kernels compile.

    They come from Numba's cache, where it has them, within a second; else compiling takes about
    a minute of CPU, once for each installation.
    """
    state = _empty()
    events, _ = decode_interactions(_records(INTERACTION_TYPES), None)
    user_ids = Texts(events.text, events.user_at, events.user_size)
    slots = state.users.slots_of_texts(user_ids, events.user_h, create=True)
    _look_up(state, events.user_h, events.event_h, events.ts)
    apply_interactions(state, events, slots, _resolved)
    reports, _ = decode_feedback(_records(FEEDBACK_TYPES), None)
    _refuse()
    slots = state.users.slots_of(reports.user_id, create=False)
    _look_up(state, hash64_many(reports.user_id), hash64_many(reports.event_id), reports.ts)
    apply_feedback(state, reports, slots)
    record_sends(state, slots, reports.ts, np.ones(len(slots), np.uint64))
    _outgrow(state.dedup)
    _empty().restore(RawRecords.joined(state.take_changed(0)))


def _refuse() -> None:
    """Say of an event with its last byte cut off, and of one of no type, what is wrong."""
    good = _records(INTERACTION_TYPES[:1])
    cut = replace(good, value_size=good.value_size - 1)
    for events in (cut, _records(("",))):
        _, refusals = decode_interactions(events, None)
        dead_letters(refusals, events, ("", 0), 0)


def _empty() -> UserState:
    return UserState(UserTable("UTC", "en", (0, 0)), window_ms=1, salt=0)


def _look_up(state: UserState, user_h: U64Array, event_h: U64Array, ts: IntArray) -> None:
    state.erasures.erased(user_h, ts)
    state.dedup.fresh(user_h, event_h, ts)


def _outgrow(dedup: Dedup) -> None:
    """Add more ids than there is room for at first, in two blocks that become one."""
    ids, ts = np.arange(1, 2_001, dtype=np.uint64), np.zeros(2_000, np.int64)
    for few in (10, len(ids)):
        dedup.fresh(ids[:few], ids[:few], ts[:few])
        dedup.take_block(0)


def _records(types: tuple[str, ...]) -> RawRecords:
    about = dict.fromkeys(("stream_id", "query", "reminder_id"), "x") | {"user_id": _USER}
    values = [
        {**about, "event_id": str(ts), "type": kind, "ts": ts, "amount": 1.5, "dwell_ms": 1}
        | ({"host_id": "x"} if kind in ("follow", "unfollow") else {})
        for ts, kind in enumerate(types)
    ]
    keys = [_USER.encode()] * len(values)
    return RawRecords.of(keys, [json.dumps(value).encode() for value in values])


def _resolved(_stream_h: int) -> Resolved:
    return 1, 1, np.ones(CONTENT_DIM, np.float32)
