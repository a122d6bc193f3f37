"""Streams and the model on their way into the view."""

from __future__ import annotations

from viewworld.world import NOW, board_of

from features.registry import FEATURE_NAMES
from online_models.snapshot import ModelSnapshot
from streams.view.broadcast_queue import BroadcastQueue
from streams.view.keys import ViewKeys
from streams.view.script import Writing


def taken(queue: BroadcastQueue) -> Writing:
    """What would be written next."""
    writing = Writing()
    queue.take_into(writing, NOW)
    return writing


def test_what_was_not_written_waits_again() -> None:
    """A stream that changes twice is written once; after a failure all of it is, once more."""
    queue = BroadcastQueue(board_of("a"), ViewKeys("livecue"), ttl_s=60)
    queue.add_streams(["a", "gone", "a"])
    queue.add_model(ModelSnapshot.untrained(FEATURE_NAMES))
    writing = taken(queue)
    assert [stream[0] for stream in writing.streams] == ["a", "gone"]
    assert [bool(stream[4]) for stream in writing.streams] == [True, False]
    assert writing.model
    assert (len(queue), len(taken(queue))) == (0, 0)
    queue.put_back(writing)
    assert len(queue) == 3
    assert taken(queue) == writing


def test_an_emptied_view_gets_everything() -> None:
    """All of the board, and what the view shows without a reason, to be forgotten."""
    queue = BroadcastQueue(board_of("a", "b"), ViewKeys("livecue"), ttl_s=60)
    queue.add_all(["old"])
    writing = taken(queue)
    assert sorted(stream[0] for stream in writing.streams) == ["a", "b", "old"]
    assert not writing.model
