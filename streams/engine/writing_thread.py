"""The thread in which transactions are written while others decide (ADR-0028)."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

__all__ = ["WritingThread"]

_Result = TypeVar("_Result")
STOP_S = 2.0


class WritingThread:
    """An event loop of its own, for the producers of a worker.

    A decision takes the worker's loop for most of a second. What an earlier one said is laid out,
    compressed and sent beside it: all of that but a few turns of the loop runs without Python's
    lock. What is handed over must not be changed any more.

    The thread begins with the first work. It does not keep the process alive.
    """

    def __init__(self) -> None:
        self._thread: threading.Thread | None = None
        self._begun = threading.Event()
        self._loop: asyncio.AbstractEventLoop
        self._ended: asyncio.Event

    async def run(self, work: Coroutine[Any, Any, _Result]) -> _Result:
        """Run a coroutine there and wait for it here; if this is cancelled, so is that.

        Raises
        ------
        BaseException
            As the coroutine does.
        """
        if self._thread is None:
            self._thread = threading.Thread(target=self._live, name="writing", daemon=True)
            self._thread.start()
            self._begun.wait()
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._loop))

    def stop(self) -> None:
        """End the thread, and what still runs in it; it waits for that, but not for ever."""
        if self._thread is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._ended.set)
            self._thread.join(STOP_S)

    def _live(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop, self._ended = asyncio.get_running_loop(), asyncio.Event()
        self._begun.set()
        await self._ended.wait()
