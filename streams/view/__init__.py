"""A view of users, reminders, streams and the model in Redis or Valkey, for other services."""

from __future__ import annotations

from config import Settings
from reminders.board import Board
from streams.connection import redis_url
from streams.view.null_view import NullView
from streams.view.view import View

__all__ = ["NullView", "View", "open_view"]


def open_view(settings: Settings, board: Board) -> View | NullView:
    """Return the view that the settings ask for; an empty or missing `redis.url` asks for none."""
    if not redis_url(settings.redis):
        return NullView()
    return View(settings.redis, settings.app_id, board, partitions=settings.topics.partitions)
