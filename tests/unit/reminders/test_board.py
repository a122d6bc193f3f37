from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from features.contracts import Copy, Product, StreamRecord, StreamTombstone
from features.crowd import Crowd
from features.hashing import hash64
from features.row import short_hash
from reminders.board import Board, ChangeKind

_HOUR_MS = 3_600_000


def content_of(record: StreamRecord) -> npt.NDArray[np.float32]:
    """An embedding that shows which text it was asked for."""
    return np.full(32, len(record.title or ""), np.float32)


def scheduled(stream_id: str = "s", ts: int = 10, **fields: Any) -> StreamRecord:
    """A complete announcement."""
    complete = {"host_id": "h", "title": "Autumn", "start_ts": 100, **fields}
    return StreamRecord(stream_id=stream_id, ts=ts, status="scheduled", **complete)


def closed(status: Any, ts: int = 20, **fields: Any) -> StreamRecord:
    """A record that leaves most fields out."""
    return StreamRecord(stream_id="s", ts=ts, status=status, **fields)


def board(*records: StreamRecord | StreamTombstone) -> Board:
    """A board that has seen these records."""
    made = Board(content_of)
    for record in records:
        made.apply(record)
    return made


def record_of(made: Board, stream_id: str = "s") -> StreamRecord:
    """The record of a stream that is there."""
    stream = made.get(stream_id)
    assert stream is not None
    return stream.record


def test_a_later_record_replaces_the_older_one_whole() -> None:
    """A field that the later announcement leaves out is gone."""
    made = board(scheduled(category="shoes"), scheduled(ts=11, title="Winter"))
    assert record_of(made) == scheduled(ts=11, title="Winter")


def test_an_older_record_that_comes_late_changes_nothing() -> None:
    """The later `ts` wins, whatever arrives last."""
    made = board(scheduled(ts=11))
    change = made.apply(scheduled(ts=10, title="Old"))
    assert (change.kind, change.effective) == (ChangeKind.IGNORED, False)
    assert record_of(made) == scheduled(ts=11)


def test_arrival_breaks_ties() -> None:
    """Of two records of the same `ts` the one that arrives later holds."""
    made = board(scheduled(title="One"), scheduled(title="Two"))
    assert record_of(made).title == "Two"


@pytest.mark.parametrize("status", ["live", "ended", "cancelled"])
def test_fields_missing_when_closed_stay(status: str) -> None:
    """What the short record says is new, everything else is as it was."""
    made = board(
        scheduled(category="shoes", products=[Product(product_id="p", name="Boot")]),
        closed(status, title="Live now"),
    )
    record = record_of(made)
    assert (record.status, record.title, record.ts) == (status, "Live now", 20)
    assert (record.host_id, record.start_ts, record.category) == ("h", 100, "shoes")
    assert record.products == [Product(product_id="p", name="Boot")]


def test_empty_lists_are_not_missing() -> None:
    """A closed record that says "no copies" is believed."""
    copies = [Copy(copy_id="c", locale="en", title="t", body="b")]
    made = board(scheduled(copies=copies), closed("live", copies=[]))
    assert record_of(made).copies == []


def test_rescheduling_after_closing_replaces_whole() -> None:
    """Fields stay only on short records; an announcement always stands for itself."""
    made = board(scheduled(category="shoes"), closed("cancelled"), scheduled(ts=30))
    assert record_of(made) == scheduled(ts=30)
    assert [stream.stream_id for stream in made.scheduled()] == ["s"]


def test_a_tombstone_forgets() -> None:
    """The stream is gone, what was pending is dropped, and any later record makes it anew."""
    made = board(scheduled(ts=50))
    change = made.apply(StreamTombstone("s"))
    assert (change.kind, change.after) == (ChangeKind.FORGOTTEN, None)
    assert "s" not in made
    assert made.scheduled() == []
    assert made.apply(scheduled(ts=1)).kind is ChangeKind.ADDED
    assert record_of(made) == scheduled(ts=1)


def test_a_tombstone_of_nothing_changes_nothing() -> None:
    """An unknown stream cannot be forgotten."""
    change = board().apply(StreamTombstone("s"))
    assert not change.effective


@pytest.mark.parametrize(
    ("record", "kind"),
    [
        (scheduled(ts=11), ChangeKind.EDITED),
        (scheduled(), ChangeKind.SAME),
        (scheduled(ts=11, start_ts=101), ChangeKind.MOVED),
        (scheduled(ts=9), ChangeKind.IGNORED),
        (closed("live"), ChangeKind.CLOSED),
        (closed("ended"), ChangeKind.CLOSED),
        (closed("cancelled"), ChangeKind.CLOSED),
        (StreamTombstone("s"), ChangeKind.FORGOTTEN),
    ],
)
def test_kinds_of_change(record: StreamRecord | StreamTombstone, kind: ChangeKind) -> None:
    """A change says what became of the stream."""
    made = board(scheduled())
    revision = made.revision
    change = made.apply(record)
    assert change.kind == kind
    assert (made.revision > revision) == change.effective
    assert change.before is not None
    assert change.before.record == scheduled()


def test_a_stream_first_heard_of_when_live_is_closed() -> None:
    """Nothing of it can be pending, and nothing ever will be."""
    made = Board(content_of)
    assert made.apply(closed("live")).kind is ChangeKind.CLOSED
    assert made.scheduled() == []


def test_windows_show_scheduled_streams_only() -> None:
    """By start and id, both ends included, wherever a stream was moved to."""
    made = board(
        scheduled("b", start_ts=200),
        scheduled("a", start_ts=200),
        scheduled("c", start_ts=300),
        scheduled("s", start_ts=100),
        scheduled("c", ts=11, start_ts=150),
        closed("live"),
    )
    found = [stream.stream_id for stream in made.scheduled_between(100, 200)]
    assert found == ["c", "a", "b"]
    assert made.scheduled_between(151, 199) == []
    assert [stream.stream_id for stream in made] == ["a", "b", "c", "s"]


def test_closing_times() -> None:
    """Ended or cancelled then, else the planned end, else six hours after the start."""
    made = Board(content_of)
    cases = [
        (scheduled(), 100 + 6 * _HOUR_MS),
        (scheduled(ts=11, end_ts=500), 500),
        (closed("live", ts=12), 500),
        (closed("ended", ts=300), 300),
        (closed("cancelled", ts=310), 310),
    ]
    for record, closes_ts in cases:
        stream = made.apply(record).after
        assert stream is not None
        assert made.closes_ts(stream) == closes_ts


def test_closing_time_is_a_setting() -> None:
    """Streams without an end close when the operator says."""
    stream = Board(content_of, close_after_ms=7).apply(scheduled()).after
    assert stream is not None
    assert Board(content_of, close_after_ms=7).closes_ts(stream) == 107


def test_memory_is_bounded_by_forgetting_closed_streams() -> None:
    """What has closed goes, what is ahead stays."""
    made = board(
        scheduled("old", start_ts=100, end_ts=200),
        scheduled("new", start_ts=900, end_ts=990),
        scheduled("s", start_ts=100, end_ts=150),
        closed("ended", ts=140),
    )
    revision = made.revision
    assert made.forget_closed(200) == ["s"]
    assert made.forget_closed(201) == ["old"]
    assert made.forget_closed(201) == []
    assert [stream.stream_id for stream in made] == ["new"]
    assert made.revision > revision


def test_a_cancelled_stream_cannot_come_back_by_forgetting() -> None:
    """Its late older announcement is still recognised as old until its start has passed."""
    made = board(scheduled(start_ts=900, end_ts=990), closed("cancelled", ts=20))
    assert made.forget_closed(500) == []
    assert made.apply(scheduled(ts=10, start_ts=900)).kind is ChangeKind.IGNORED
    assert made.forget_closed(991) == ["s"]


def test_what_the_models_see() -> None:
    """Hashes of ids, 0 where unknown, the embedding, the start, products and popularity."""
    stream = board(scheduled(products=[Product(product_id="p", name="Boot")])).get("s")
    assert stream is not None
    context = stream.context(Crowd(0.5))
    assert (context.stream_h, context.host_h, context.category_h) == (hash64("s"), hash64("h"), 0)
    assert context.content.tolist() == [6.0] * 32
    assert (context.start_ts, context.crowd.popularity, context.has_products) == (100, 0.5, True)


def test_content_is_embedded_when_asked_for_and_once() -> None:
    """Loading a board of 100,000 streams embeds none of them."""
    asked: list[str] = []

    def counting(record: StreamRecord) -> npt.NDArray[np.float32]:
        asked.append(record.stream_id)
        return np.zeros(32, np.float32)

    made = Board(counting)
    stream = made.apply(scheduled()).after
    assert stream is not None
    assert asked == []
    assert stream.content is stream.context().content
    assert asked == ["s"]


def test_copies_are_those_of_the_accepted_record() -> None:
    """Good ones are compiled, bad ones are left out."""
    copies = [
        Copy(copy_id="good", locale="en", title="{{ stream_title }}", body="b"),
        Copy(copy_id="bad", locale="en", title="{{ stream_title.x }}", body="b"),
    ]
    stream = board(scheduled(copies=copies), scheduled(ts=9)).get("s")
    assert stream is not None
    assert [copy.copy_id for copy in stream.copies] == ["good"]


def test_a_host_is_named_as_its_newest_stream_has_it() -> None:
    """As long as a stream of the host's is on the board; other hosts have other names."""
    known = board(
        scheduled(stream_id="a", host_name="Old", ts=1),
        scheduled(stream_id="b", host_name="New", ts=2),
        scheduled(stream_id="c", ts=3),
    )
    host = short_hash(hash64("h"))
    assert known.host_name(host) == "New"
    assert known.host_name(5) is None
    known.apply(StreamTombstone("b"))
    assert known.host_name(host) == "Old"
    known.apply(StreamTombstone("a"))
    known.apply(StreamTombstone("c"))
    assert known.host_name(host) is None
