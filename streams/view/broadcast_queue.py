"""Streams and the model that wait to be written: the owner of user partition 0 shows them."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from online_models.snapshot import ModelSnapshot
from reminders.board import Board
from streams.view.broadcast_entries import model_entries, stream_entries
from streams.view.keys import ViewKeys
from streams.view.script import Writing

__all__ = ["BroadcastQueue"]

_STREAMS_SLICE = 100


class BroadcastQueue:
    """Which streams wait, each once, and whether the newest model does.

    Parameters
    ----------
    ttl_s : how long a stream is kept, from its start on when that is still to come.
    """

    def __init__(self, board: Board, keys: ViewKeys, ttl_s: int) -> None:
        self._board = board
        self._keys = keys
        self._ttl_s = ttl_s
        self._streams: dict[str, None] = {}
        self._model: ModelSnapshot | None = None
        self._model_waits = False

    def __len__(self) -> int:
        return len(self._streams) + self._model_waits

    def add_streams(self, stream_ids: Iterable[str]) -> None:
        """Write these streams anew, or forget those that are no longer on the board."""
        self._streams.update(dict.fromkeys(stream_ids))

    def add_model(self, snapshot: ModelSnapshot) -> None:
        """Write this model, and none that came before."""
        self._model, self._model_waits = snapshot, True

    def add_all(self, shown: Iterable[str]) -> None:
        """Write everything anew; `shown`: streams that the view has now, maybe without a reason."""
        self.add_streams(shown)
        self.add_streams(stream.stream_id for stream in self._board)
        self._model_waits = self._model is not None

    def take_into(self, writing: Writing, now_ms: int) -> None:
        """Move what is to be written next, at `now_ms` of the clock, into `writing`."""
        for stream_id in list(islice(self._streams, _STREAMS_SLICE)):
            del self._streams[stream_id]
            writing.streams.append(
                stream_entries(stream_id, self._board, self._keys, self._ttl_s, now_ms)
            )
        if self._model_waits and self._model is not None:
            self._model_waits = False
            writing.model = model_entries(self._model)

    def put_back(self, writing: Writing) -> None:
        """Take back what could not be written; it is read anew when its turn comes."""
        self.add_streams(stream[0] for stream in writing.streams)
        self._model_waits |= bool(writing.model)
