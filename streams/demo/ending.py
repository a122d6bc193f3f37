"""When to stop: ctrl-C, SIGTERM, or the time is up; asked for, never in the midst of things."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any

__all__ = ["Ended", "Ending"]

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Ended(Exception):  # noqa: N818 - the usual end, not an error
    """It is time to stop."""


class Ending:
    """Takes note of signals and time while it is entered; a second signal interrupts at once.

    Parameters
    ----------
    seconds : how long to go on after `begin`; 0 for ever.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._started = time.monotonic()
        self._timed = False
        self._asked = False
        self._before: list[tuple[signal.Signals, Any]] = []

    @property
    def due(self) -> bool:
        """Whether to stop now."""
        return self._asked or (self._timed and 0 < self._seconds <= self.elapsed_s)

    @property
    def elapsed_s(self) -> float:
        """Seconds since it began."""
        return time.monotonic() - self._started

    def begin(self) -> None:
        """Let the time begin to run."""
        self._started, self._timed = time.monotonic(), True

    def check(self) -> None:
        """Raise `Ended` when it is time to stop."""
        if self.due:
            raise Ended

    def pause(self, seconds: float, while_waiting: Callable[[], None]) -> None:
        """Sleep in short pieces, calling `while_waiting` between them."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            while_waiting()
            time.sleep(min(left, 0.1))

    def __enter__(self) -> Ending:
        self._before = [(number, signal.signal(number, self._ask)) for number in _SIGNALS]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._before:
            signal.signal(number, handler)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        if self._asked:
            signal.default_int_handler(number, frame)
        self._asked = True
