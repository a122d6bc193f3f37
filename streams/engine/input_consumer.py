"""What a partition asks of the consumer that feeds it."""

from __future__ import annotations

from typing import Protocol

__all__ = ["InputConsumer"]


class InputConsumer(Protocol):
    """The consumer of the user inputs, as the engine needs it."""

    async def seek(self, topic: str, partition: int, offset: int) -> None:
        """Fetch again from `offset`."""

    async def position(self, topic: str, partition: int) -> int:
        """Offset that will be fetched next."""
