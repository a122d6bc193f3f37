"""What can be wrong with a stored model, or with a log to judge policies from."""

from __future__ import annotations

from features.errors import LivecueError

__all__ = ["LogError", "ModelStateError"]


class ModelStateError(LivecueError):
    """A stored model or trainer cannot be read."""


class LogError(LivecueError):
    """A log does not allow an estimate; the text says why."""
