"""What the partitions of one worker share: settings, topics, the board, the newest models."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from config import Settings
from features.state import UserState
from online_models.snapshot import ModelSnapshot
from reminders.board import Board
from reminders.planner import Planner
from reminders.settings import DecisionSettings
from streams.engine.stream_feed import StreamFeed
from streams.engine.topic_names import TopicNames
from streams.monitoring.monitor import Monitor
from streams.view import NullView, View

__all__ = ["Shared"]


@dataclass(slots=True)
class Shared:
    """One worker's common parts.

    Attributes
    ----------
    snapshot : the newest models that were broadcast.
    decisions : what the pure packages are told of the settings.
    new_state, new_planner : factories that carry the settings; the planner's argument is the
        number of the user partition.
    monitor : told what happens, for metrics, health and the log.
    """

    settings: Settings
    topics: TopicNames
    board: Board
    feed: StreamFeed
    snapshot: ModelSnapshot
    view: View | NullView
    decisions: DecisionSettings
    new_state: Callable[[], UserState]
    new_planner: Callable[[int], Planner]
    monitor: Monitor

    @property
    def simulated_time(self) -> bool:
        """Whether time is what the topic `clock` says."""
        return self.settings.clock == "topic"
