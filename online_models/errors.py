"""What can be wrong with a stored model, or with a log to judge policies from."""

from __future__ import annotations

from features.errors import LivecueError

__all__ = ["LogError", "ModelStateError", "OlderModelError"]


class ModelStateError(LivecueError):
    """A stored model or trainer cannot be read."""


class OlderModelError(ModelStateError):
    """A stored model or trainer is of a format that is not continued: it is learned anew."""


class LogError(LivecueError):
    """A log does not allow an estimate; the text says why."""
