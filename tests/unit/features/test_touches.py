"""What users did with single streams."""

from __future__ import annotations

import numpy as np
import pytest

from features.contracts import TYPE_CODE
from features.hashing import hash64
from features.raw_records import RawRecords
from features.row import NEVER
from features.texts import Texts
from features.touches import ATTENDED, EVER_RESERVED, PURCHASED, RESERVED, Touches
from features.user_ids import UserIds

_SHOW, _LATER_SHOW = hash64("show"), hash64("later show")
_NONE = np.empty(0, np.uint64)
_IDS = UserIds()
_IDS.extend(2)
_IDS.put(np.arange(2), Texts.of(["ann", "bob"]))


@pytest.fixture
def touches() -> Touches:
    """Nobody touched anything."""
    return Touches()


def _touch(touches: Touches, *events: tuple[str, int], slot: int = 0, stream: int = _SHOW) -> None:
    count = len(events)
    touches.touch_many(
        np.full(count, slot),
        np.full(count, stream, np.uint64),
        np.array([ts for _, ts in events]),
        np.array([TYPE_CODE[name] for name, _ in events], np.uint8),
    )


def _flags(touches: Touches, slot: int = 0) -> int:
    return int(touches.lookup(np.array([slot]), _SHOW)["flags"][0])


def test_a_cancelled_reservation_was_one(touches: Touches) -> None:
    """The later word decides whether it stands; that it ever did is never forgotten."""
    _touch(touches, ("reserve_cancel", 20))
    assert _flags(touches) == 0
    _touch(touches, ("reserve", 10))
    assert _flags(touches) == EVER_RESERVED
    _touch(touches, ("reserve", 20), ("reserve_cancel", 15))
    assert _flags(touches) == RESERVED | EVER_RESERVED


@pytest.mark.parametrize("batches", [1, 4])
def test_attendance_keeps_its_first_and_last(touches: Touches, batches: int) -> None:
    """In any order, over one batch or several; the last one to the minute."""
    events = [("watch", 190_000), ("enter", 70_000), ("watch", 250_500), ("enter", 100_000)]
    for part in np.array_split(np.arange(4), batches):
        _touch(touches, *[events[place] for place in part.tolist()])
    (row,) = touches.lookup(np.array([0]), _SHOW)
    assert (row["attended_ts"], row["last_attended_ts"]) == (70_000, 240_000)
    assert row["flags"] == ATTENDED
    assert row["reserved_ts"] == NEVER


def test_times_before_1970_are_times(touches: Touches) -> None:
    """Any age is accepted: 0 and negative times are no sentinels."""
    _touch(touches, ("watch", 0), ("watch", -70_000))
    (row,) = touches.lookup(np.array([0]), _SHOW)
    assert (row["attended_ts"], row["last_attended_ts"]) == (-70_000, 0)


def test_other_types_touch_nothing(touches: Touches) -> None:
    """A like makes no pair; a purchase makes one, without attendance."""
    _touch(touches, ("like", 5), ("leave", 6))
    assert len(touches) == 0
    _touch(touches, ("purchase", 7), ("purchase", 4))
    (row,) = touches.lookup(np.array([0]), _SHOW)
    assert (row["flags"], row["purchased_ts"]) == (PURCHASED, 7)


def test_an_event_about_no_stream_touches_nothing(touches: Touches) -> None:
    """A stream of 0 is none."""
    _touch(touches, ("watch", 5), stream=0)
    assert len(touches) == 0


def test_watching_on_changes_once_a_minute(touches: Touches) -> None:
    """Reports within a minute leave no record behind, the next minute's does."""
    _touch(touches, ("watch", 60_000))
    assert len(touches.take_changed(_IDS)) == 1
    _touch(touches, ("watch", 90_000), ("watch", 119_999))
    assert touches.take_changed(_IDS) == []
    _touch(touches, ("watch", 120_000))
    assert len(touches.take_changed(_IDS)) == 1


def test_reservations_are_signalled(touches: Touches) -> None:
    """Reserving is news; cancelling and attending are not, nor an older reservation."""
    _touch(touches, ("watch", 1), ("reserve", 5))
    _touch(touches, ("reserve_cancel", 7))
    _touch(touches, ("reserve", 6))
    assert touches.take_signals().slots.tolist() == [0]
    assert touches.take_signals().slots.tolist() == []


def test_every_reservation_of_a_batch_is_signalled(touches: Touches) -> None:
    """In the order of arrival, like those of several batches."""
    _touch(touches, ("reserve", 5), ("reserve_cancel", 7), ("reserve", 6), ("reserve", 9))
    assert touches.take_signals().slots.tolist() == [0, 0]


def test_old_pairs_expire_unless_kept(touches: Touches) -> None:
    """The newest of a pair's times decides; a stream still to come keeps its pairs."""
    _touch(touches, ("reserve", 1_000))
    _touch(touches, ("reserve", 1_000), stream=_LATER_SHOW)
    _touch(touches, ("reserve", 1_000), ("watch", 120_000), slot=1)
    touches.take_changed(_IDS)
    touches.expire(120_000, np.array([_LATER_SHOW], np.uint64), _IDS)
    assert touches.slots_with(_SHOW).tolist() == [1]
    assert touches.slots_with(_LATER_SHOW).tolist() == [0]
    ((key, record),) = RawRecords.joined(touches.take_changed(_IDS)).pairs()
    assert (key[10:], record) == (b"ann", None)
    touches.expire(200_000, _NONE, _IDS)
    assert len(touches) == 0


def test_a_place_is_used_again_without_its_past(touches: Touches) -> None:
    """A pair in the place of a dropped one starts from nothing."""
    _touch(touches, ("watch", 1), ("reserve", 2), ("purchase", 3))
    touches.expire(100_000, _NONE, _IDS)
    _touch(touches, ("reserve", 7), slot=1)
    assert _flags(touches, 1) == RESERVED | EVER_RESERVED
    assert _flags(touches, 0) == 0
