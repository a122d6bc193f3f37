"""Waiting until something holds, woken whenever something was heard."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

__all__ = ["Signal"]


class Signal:
    """Wakes every waiter, who then looks for itself."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def notify(self) -> None:
        """Let all waiters look again."""
        event, self._event = self._event, asyncio.Event()
        event.set()

    async def next(self) -> None:
        """Return at the next notification."""
        await self._event.wait()

    async def until(self, holds: Callable[[], bool]) -> None:
        """Return once `holds()` is true."""
        while not holds():
            await self.next()
