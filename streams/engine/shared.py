"""What the partitions of one worker share: settings, topics, the board, the newest models."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from config import Settings
from features.state import UserState
from online_models.scoring import ModelSnapshot
from reminders.board import Board
from reminders.planner import Planner
from streams.engine.stream_feed import StreamFeed
from streams.engine.topic_names import TopicNames

__all__ = ["ModelFeed", "Shared"]


@dataclass(slots=True)
class ModelFeed:
    """The newest model snapshot that was broadcast."""

    snapshot: ModelSnapshot


@dataclass(slots=True)
class Shared:
    """One worker's common parts.

    Attributes
    ----------
    new_user_state, new_planner : factories that carry the settings; the planner's argument is
        the partition's number.
    """

    settings: Settings
    topics: TopicNames
    board: Board
    feed: StreamFeed
    models: ModelFeed
    new_user_state: Callable[[], UserState]
    new_planner: Callable[[int], Planner]

    @property
    def simulated_time(self) -> bool:
        """Whether time is what the topic `clock` says."""
        return self.settings.clock == "topic"
