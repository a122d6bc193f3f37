"""What the partitions of one worker share: settings, topics, the board, the newest models."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec

from config import Settings
from features.contracts import Copy
from features.registry import FEATURE_NAMES
from features.state import UserState
from online_models.errors import OlderModelError
from online_models.neighbours import Neighbours, decode_neighbourhood
from online_models.snapshot import ModelSnapshot
from reminders.board import Board
from reminders.generated_copies import GeneratedCopies
from reminders.planner import Planner
from reminders.quota_exchange import Exchange
from reminders.settings import DecisionSettings
from streams.engine.backlog import Backlog
from streams.engine.stream_feed import StreamFeed
from streams.engine.topic_names import TopicNames
from streams.engine.writing_thread import WritingThread
from streams.monitoring.monitor import Monitor
from streams.view import NullView, View

__all__ = ["COPIES_KEY", "NEAR_KEY", "SNAPSHOT_KEY", "Shared", "ToldCopies"]

logger = logging.getLogger(__name__)

SNAPSHOT_KEY = b"snapshot"
NEAR_KEY = b"near/"
"""How the keys of records about one host begin; its `short_hash` in eight hex digits follows."""

COPIES_KEY = b"copies/"
"""The same of records about generated copies; category and language follow."""


class ToldCopies(msgspec.Struct, array_like=True):
    """Generated copies of one category (hash) in one language."""

    category_h: int
    locale: str
    copies: list[Copy]


@dataclass(slots=True)
class Shared:
    """One worker's common parts.

    Attributes
    ----------
    snapshot : the newest models that were broadcast.
    neighbours : what binds hosts to each other, as was broadcast last.
    neighbours_ts : when the newest record about them was written, epoch ms; None before the first.
    exchange : what user partitions told each other about quotas.
    generated : copies that were proposed, as was broadcast last; the board has them too.
    decisions : what the pure packages are told of the settings.
    new_state, new_planner : factories that carry the settings; the planner's argument is the
        number of the user partition.
    monitor : told what happens, for metrics, health and the log.
    backlog : what all partitions together are writing.
    writing : where they write.
    """

    settings: Settings
    topics: TopicNames
    board: Board
    feed: StreamFeed
    snapshot: ModelSnapshot
    neighbours: Neighbours
    exchange: Exchange
    generated: GeneratedCopies
    view: View | NullView
    decisions: DecisionSettings
    new_state: Callable[[], UserState]
    new_planner: Callable[[int], Planner]
    monitor: Monitor
    backlog: Backlog = field(default_factory=Backlog)
    writing: WritingThread = field(default_factory=WritingThread)
    neighbours_ts: int | None = None

    def learned(self, key: bytes | None, value: bytes | None, written_ts: int) -> bool:
        """Take a record of the topic `models`; return whether it is a new snapshot.

        `written_ts`: the record's timestamp in Kafka, epoch ms.

        A snapshot over other features keeps what it learned of those that are still there. One of
        an older format is not used: its trainer begins anew.
        """
        if key is None or value is None:
            return False
        if key.startswith(NEAR_KEY):
            self.neighbours.tell(decode_neighbourhood(value))
            self.neighbours_ts = max(written_ts, self.neighbours_ts or 0)
            self.monitor.counts.neighbours_told()
        if key.startswith(COPIES_KEY):
            told = msgspec.msgpack.decode(value, type=ToldCopies)
            self.generated.tell(told.category_h, told.locale, told.copies)
        if key != SNAPSHOT_KEY:
            return False
        try:
            self.snapshot = ModelSnapshot.from_bytes(value).for_names(FEATURE_NAMES)
        except OlderModelError as error:
            logger.warning("the prior decides until there is a new model: found %s", error)
            return False
        return True

    @property
    def simulated_time(self) -> bool:
        """Whether time is what the topic `clock` says."""
        return self.settings.clock == "topic"
