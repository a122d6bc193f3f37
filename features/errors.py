"""What Livecue raises; what a business rule decides is a value with a reason code instead."""

from __future__ import annotations

__all__ = ["LivecueError", "StateVersionError"]


class LivecueError(Exception):
    """Something that Livecue cannot go on with; the text says what to do about it."""


class StateVersionError(LivecueError):
    """The state was written by a release whose records this one cannot read.

    >>> print(StateVersionError("a pair without a user"))  # doctest: +ELLIPSIS
    the state holds a pair without a user: start a worker of the release that wrote it, ...
    """

    def __init__(self, found: str) -> None:
        super().__init__(
            f"the state holds {found}: start a worker of the release that wrote it, or a newer one"
        )
