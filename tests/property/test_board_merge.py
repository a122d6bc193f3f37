"""The board against the contract's merge rules, spelled out over whole histories."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from features.contracts import StreamRecord, StreamStatus, StreamTombstone
from reminders.board import Board

_FIELDS = ("host_id", "title", "start_ts", "end_ts", "category", "tags")
_values = {
    "host_id": st.sampled_from(["h", "g"]),
    "title": st.sampled_from(["a", "b"]),
    "start_ts": st.integers(0, 9),
    "end_ts": st.integers(10, 19),
    "category": st.sampled_from(["x", "y"]),
    "tags": st.lists(st.sampled_from(["t"]), max_size=1),
}


@st.composite
def records(draw: st.DrawFn) -> StreamRecord | StreamTombstone:
    """Any record about one of three streams; complete where it is an announcement."""
    stream_id = draw(st.sampled_from("abc"))
    status: StreamStatus | None = draw(
        st.sampled_from(["scheduled", "live", "ended", "cancelled", None])
    )
    if status is None:
        return StreamTombstone(stream_id)
    fields: dict[str, Any] = {}
    for name in _FIELDS:
        needed = status == "scheduled" and name in {"host_id", "title", "start_ts"}
        if needed or draw(st.booleans()):
            fields[name] = draw(_values[name])
    return StreamRecord(stream_id=stream_id, ts=draw(st.integers(0, 5)), status=status, **fields)


def merged(history: list[StreamRecord | StreamTombstone]) -> dict[str, dict[str, Any]]:
    """The contract's rules as plain dictionaries: what must be on the board in the end."""
    known: dict[str, dict[str, Any]] = {}
    for record in history:
        if isinstance(record, StreamTombstone):
            known.pop(record.stream_id, None)
            continue
        older = known.get(record.stream_id)
        if older is not None and record.ts < older["ts"]:
            continue
        fields = {name: getattr(record, name) for name in _FIELDS}
        if older is not None and record.status in {"live", "ended", "cancelled"}:
            fields = {n: older[n] if value is None else value for n, value in fields.items()}
        known[record.stream_id] = {"ts": record.ts, "status": record.status, **fields}
    return known


def board_of(history: list[StreamRecord | StreamTombstone]) -> Board:
    """A board that has seen the history, asked for its windows on the way."""
    board = Board(lambda _: np.zeros(32, np.float32))
    for at, record in enumerate(history):
        before, revision = dict(shown(board)), board.revision
        change = board.apply(record)
        assert change.effective == (shown(board) != before) == (board.revision > revision)
        if at % 3 == 0:
            board.scheduled()
    return board


def shown(board: Board) -> dict[str, dict[str, Any]]:
    """What the board knows, as plain dictionaries."""
    return {
        stream.stream_id: {
            name: getattr(stream.record, name) for name in ("ts", "status", *_FIELDS)
        }
        for stream in board
    }


_histories = st.lists(records(), max_size=25)


@given(_histories)
def test_any_history_merges_as_the_contract_says(
    history: list[StreamRecord | StreamTombstone],
) -> None:
    """Later `ts`, then later arrival; whole records, save missing fields when closed."""
    assert shown(board_of(history)) == merged(history)


@given(_histories, st.integers(-1, 10), st.integers(-1, 10))
def test_windows_are_what_a_scan_finds(
    history: list[StreamRecord | StreamTombstone], first: int, last: int
) -> None:
    """The sorted index never drifts from the streams themselves."""
    expected = sorted(
        (known["start_ts"], stream_id)
        for stream_id, known in merged(history).items()
        if known["status"] == "scheduled" and first <= known["start_ts"] <= last
    )
    found = board_of(history).scheduled_between(first, last)
    assert [(stream.record.start_ts, stream.stream_id) for stream in found] == expected


@given(_histories)
def test_repeating_the_last_record_changes_nothing(
    history: list[StreamRecord | StreamTombstone],
) -> None:
    """At-least-once producers do no harm."""
    board = board_of(history)
    if history:
        assert not board.apply(history[-1]).effective
