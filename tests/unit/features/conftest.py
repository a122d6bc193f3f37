"""Users and events for the tests of features."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from features.decode import decode_feedback, decode_interactions
from features.hashing import hash64
from features.raw_records import RawRecords
from features.state import UserState
from features.update import Resolve, apply_feedback, apply_interactions
from features.user_table import UserTable

Event = dict[str, Any]
Do = Callable[..., None]


Known = dict[str, tuple[str, str | None, npt.NDArray[np.float32]]]


def resolving(known: Known) -> Resolve:
    """Resolve streams of which host, category and content are known."""
    by_hash = {
        hash64(stream_id): (hash64(host), 0 if category is None else hash64(category), content)
        for stream_id, (host, category, content) in known.items()
    }
    return by_hash.get


def _records(events: Sequence[Event]) -> tuple[list[bytes], list[bytes]]:
    full = [{"event_id": str(n), "user_id": "ann", **event} for n, event in enumerate(events)]
    keys = [str(event["user_id"]).encode() for event in full]
    return keys, [json.dumps(event).encode() for event in full]


@pytest.fixture
def state() -> UserState:
    """An empty partition whose users live in Shanghai."""
    return UserState(UserTable("Asia/Shanghai", "zh-CN", (1320, 480)), 600_000, 0)


@pytest.fixture
def act(state: UserState) -> Do:
    """Apply interactions of ann, or of whom they name, as one batch, with known streams."""

    def apply(*events: Event, known: Known | None = None) -> None:
        cols, rejected = decode_interactions(RawRecords.of(*_records(events)), None)
        assert not rejected
        apply_interactions(
            state, cols, state.users.slots_of(cols.user_ids(), create=True), resolving(known or {})
        )

    return apply


@pytest.fixture
def report(state: UserState) -> Do:
    """Apply feedback about ann, or whom it names, as one batch."""

    def apply(*events: Event) -> None:
        filled = [{"reminder_id": "r", **event} for event in events]
        cols, rejected = decode_feedback(RawRecords.of(*_records(filled)), None)
        assert not rejected
        apply_feedback(state, cols, state.users.slots_of(cols.user_id, create=False))

    return apply


@pytest.fixture
def row(state: UserState) -> Callable[..., npt.NDArray[np.void]]:
    """Return the row of a user, shape (1,)."""

    def of(user_id: str = "ann") -> npt.NDArray[np.void]:
        return state.users.rows[state.users.slots_of([user_id], create=False)]

    return of
