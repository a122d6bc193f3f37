"""The topic `streams` becomes the board, and its bad records dead letters, once."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.headed_records import HeadedRecords
from reminders.board import Board
from streams.engine import stream_feed
from streams.engine.outgoing import one_by_one
from streams.engine.stream_feed import StreamFeed
from streams.testing import DAY_MS, MemoryRecord, stream

NOW = 1_000_000
BAD_COPY = {"copy_id": "c1", "locale": "en", "title": "{{ secret }}", "body": "b"}
Pair = tuple[bytes | None, bytes | None]


def _feed() -> StreamFeed:
    return StreamFeed("streams", Board(lambda _: np.zeros(32, np.float32)))


def _rows(*pairs: Pair, start: int = 0) -> list[MemoryRecord]:
    return [MemoryRecord(start + at, *pair) for at, pair in enumerate(pairs)]


def _fed(*pairs: Pair) -> StreamFeed:
    feed = _feed()
    feed.receive(_rows(*pairs), len(pairs))
    return feed


def _title(feed: StreamFeed, stream_id: str) -> str | None:
    found = feed.board.get(stream_id)
    return None if found is None else found.record.title


def _causes(letters: list[HeadedRecords]) -> list[tuple[str, str]]:
    headers = [dict(letter.headers) for letter in one_by_one(letters)]
    return [(row["error_code"].decode(), row["source_offset"].decode()) for row in headers]


def test_the_later_record_wins_whatever_the_order() -> None:
    """Within one application records are in the order of `ts`, not of arrival."""
    feed = _fed(stream("s", 20, title="late"), stream("s", 10, title="early"))
    feed.apply(2, None, NOW)
    assert _title(feed, "s") == "late"


def test_arrival_breaks_ties() -> None:
    """At one `ts` the record with the higher offset wins."""
    feed = _fed(stream("s", 10, title="first"), stream("s", 10, title="second"))
    feed.apply(2, None, NOW)
    assert _title(feed, "s") == "second"


def test_only_records_before_the_end_are_applied() -> None:
    """A tick's barrier leaves what came after it for the next tick."""
    feed = _fed(stream("a", 10), stream("b", 20))
    feed.apply(1, None, NOW)
    assert ("a" in feed.board, "b" in feed.board, feed.next) == (True, False, 1)
    feed.apply(2, None, NOW)
    assert ("b" in feed.board, feed.next) == (True, 2)


def test_an_end_beyond_the_last_record_counts() -> None:
    """Transaction markers at the tail are passed over."""
    feed = _feed()
    feed.receive(_rows(stream("a", 10)), 5)
    feed.apply(5, None, NOW)
    assert (feed.next, feed.fetched) == (5, 5)


def test_records_fetched_twice_are_applied_once() -> None:
    """A fetch that goes back brings nothing new."""
    feed = _fed(stream("a", 10, title="old"), stream("a", 10, title="new"))
    feed.receive(_rows(stream("a", 10, title="old")), 1)
    feed.apply(2, None, NOW)
    assert (_title(feed, "a"), feed.fetched) == ("new", 2)


def test_a_tombstone_forgets_what_was_written_before_it() -> None:
    """Even a record of a later `ts`, and only of its own stream."""
    feed = _fed(stream("s", 50), stream("t", 5), (b"s", None))
    feed.apply(3, None, NOW)
    assert ("s" in feed.board, "t" in feed.board) == (False, True)


def test_a_stream_announced_again_after_a_tombstone_is_there() -> None:
    """What was written after it is a new stream, at any `ts`."""
    feed = _fed(stream("s", 50, title="old"), (b"s", None), stream("s", 40, title="new"))
    feed.apply(3, None, NOW)
    assert _title(feed, "s") == "new"


_entries = st.tuples(st.integers(0, 1), st.sampled_from(["scheduled", "moved", "gone"]))


@given(st.lists(st.lists(_entries, max_size=4), max_size=6))
def test_reading_all_at_once_makes_the_same_board(ticks: list[list[tuple[int, str]]]) -> None:
    """A worker that starts late sees the board of one that followed every tick."""
    pairs: list[Pair] = []
    follower, ends = _feed(), []
    for tick, entries in enumerate(ticks):
        for at, (number, what) in enumerate(entries):
            key, value = stream(f"s{number}", tick * 10 + at, title=f"{tick}.{at}")
            moved = stream(f"s{number}", tick * 10 + at, start_ts=10 * DAY_MS)
            pairs.append({"scheduled": (key, value), "moved": moved, "gone": (key, None)}[what])
        ends.append(len(pairs))
    for tick, end in enumerate(ends):
        follower.receive(_rows(*pairs[:end]), end)
        follower.apply(end, None, tick * 10 + 9)
    starter = _fed(*pairs)
    starter.apply(len(pairs), None, len(ticks) * 10)
    assert [one.record for one in starter.board] == [one.record for one in follower.board]


def test_bad_records_are_reported_only_while_collecting() -> None:
    """Who does not own partition 0 keeps nothing; neighbours are applied."""
    feed = _fed((b"x", b"{"), stream("good", 1))
    feed.apply(2, None, NOW)
    assert (feed.take_dead_letters(), "good" in feed.board) == ([], True)


def test_bad_records_are_reported_once_from_the_offset_on() -> None:
    """Those before it were reported by an earlier owner of partition 0."""
    feed = _fed((b"x", b"{"), (b"y", b"{"), (b"z", b"{"))
    feed.collect(1)
    feed.apply(3, None, NOW)
    assert _causes(feed.take_dead_letters()) == [("not_json", "1"), ("not_json", "2")]
    assert feed.take_dead_letters() == []


def test_what_was_collected_is_dropped_with_the_partition() -> None:
    """Its next owner reports it."""
    feed = _fed((b"x", b"{"))
    feed.collect(0)
    feed.apply(1, None, NOW)
    feed.collect(None)
    assert feed.take_dead_letters() == []


def test_a_stream_with_a_bad_copy_is_used_and_reported() -> None:
    """One dead letter for the copies, and the stream is on the board."""
    feed = _fed(stream("s", 1, copies=[BAD_COPY]))
    feed.collect(0)
    feed.apply(1, None, NOW)
    assert _causes(feed.take_dead_letters()) == [("bad_copy", "0")]
    assert "s" in feed.board


def test_copies_are_judged_only_where_it_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is slow, and the other workers have no use for it."""
    judged: list[object] = []
    monkeypatch.setattr(stream_feed, "reject_copies", judged.append)
    feed = _fed(stream("a", 1), stream("b", 1))
    feed.apply(1, None, NOW)
    assert judged == []
    feed.collect(1)
    feed.apply(2, None, NOW)
    assert len(judged) == 1


@pytest.mark.parametrize(
    ("latest_ts", "known"), [(None, True), (DAY_MS, True), (DAY_MS - 1, False)]
)
def test_the_future_is_refused(latest_ts: int | None, known: bool) -> None:
    """A `ts` beyond the bound is a dead letter, at it or without one it is good."""
    feed = _fed(stream("s", DAY_MS))
    feed.collect(0)
    feed.apply(1, latest_ts, NOW)
    assert ("s" in feed.board) == known
    assert _causes(feed.take_dead_letters()) == ([] if known else [("future_ts", "0")])


def test_what_was_applied_before_is_judged_as_it_was_then() -> None:
    """A late look reports what this worker refused, also what has become past meanwhile."""
    feed = _feed()
    rows = _rows(stream("a", 9), (b"b", b"{"), stream("c", 5), stream("d", 1, copies=[BAD_COPY]))
    feed.receive(rows, 4)
    feed.apply(4, 5, NOW)
    letters = [letter for row in rows for letter in feed.rejected(row, NOW)]
    assert _causes(letters) == [("future_ts", "0"), ("not_json", "1"), ("bad_copy", "3")]
    assert "a" not in feed.board


def test_a_worker_that_starts_later_judges_as_was_judged() -> None:
    """What was ahead of its time stays refused; what came before the first tick stays taken."""
    pairs = stream("a", 8 * DAY_MS), stream("b", 9 * DAY_MS)
    feed = _feed()
    feed.collect(0)
    for number, latest_ts in enumerate((None, DAY_MS)):
        feed.receive(_rows(pairs[number], start=number), number + 1)
        feed.apply(number + 1, latest_ts, NOW)
    told = feed.refused.take(feed.next)
    starter = _fed(*pairs)
    starter.refused.tell(told or b"")
    starter.apply(2, 2 * DAY_MS, NOW)
    assert [one.stream_id for one in starter.board] == ["a"]
    later = _fed(*pairs)
    later.refused.tell(told or b"")
    later.apply(2, 99 * DAY_MS, NOW)
    assert [one.stream_id for one in later.board] == ["a"]
