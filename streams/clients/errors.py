"""What can go wrong for a producer of events."""

from __future__ import annotations

from features.errors import LivecueError

__all__ = ["DeliveryError", "InvalidRecordError"]


class DeliveryError(LivecueError):
    """Kafka did not take some records; the text says how many, which and why."""


class InvalidRecordError(LivecueError, ValueError):
    """A record that workers would refuse; it was not sent.

    Attributes
    ----------
    code : the `error_code` that its dead letter would have had.
    """

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code}: {text}")
        self.code = code
