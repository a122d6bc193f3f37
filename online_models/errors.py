"""What can be wrong with a stored model."""

from __future__ import annotations

from features.errors import LivecueError

__all__ = ["ModelStateError"]


class ModelStateError(LivecueError):
    """A stored model or trainer cannot be read."""
