"""What time it is: the wall clock, or the last tick of the topic `clock`."""

from __future__ import annotations

import logging
import time
from bisect import bisect_left, bisect_right

import msgspec

from features.contracts import ClockTick
from streams.engine.failpoints import shift_ms

__all__ = ["DAY_MS", "FUTURE_MS", "TickHistory", "wall_clock_ms"]

DAY_MS = 86_400_000
FUTURE_MS = 300_000

logger = logging.getLogger(__name__)
_decoder = msgspec.json.Decoder(ClockTick)


def wall_clock_ms() -> int:
    """Now, in epoch ms."""
    return time.time_ns() // 1_000_000 + shift_ms("clock.read")


class TickHistory:
    """The accepted ticks of this run, strictly growing.

    Parameters
    ----------
    learning_interval_ms : a tick that begins a new interval of this length is a learning tick:
        the trainer stamps a snapshot with it, and later ticks are decided with that one.

    >>> ticks = TickHistory()
    >>> ticks.offer(b'{"ts": 1000}'), ticks.offer(b'{"ts": 1000}'), ticks.offer(b'{"ts": 2000}')
    (True, False, True)
    >>> ticks.after(1000)
    [2000]
    """

    def __init__(self, learning_interval_ms: int = 0) -> None:
        self._ticks: list[int] = []
        self._learning_interval_ms = max(learning_interval_ms, 1)

    @property
    def last(self) -> int | None:
        """The newest tick in epoch ms, None before the first."""
        return self._ticks[-1] if self._ticks else None

    def offer(self, value: bytes | None) -> bool:
        """Take a record of the topic `clock`; False when it is ignored, with a warning."""
        try:
            tick = _decoder.decode(value or b"")
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            logger.warning('clock: record ignored, send {"ts": epoch ms}: %s', error)
            return False
        if self._ticks and tick.ts <= self._ticks[-1]:
            logger.warning("clock: tick %d ignored, it is not later than %d", tick.ts, self.last)
            return False
        self._ticks.append(tick.ts)
        return True

    def after(self, ts: int) -> list[int]:
        """Ticks later than `ts`, oldest first."""
        return self._ticks[bisect_right(self._ticks, ts) :]

    def is_learning_tick(self, tick: int) -> bool:
        """Whether the trainer stamps a snapshot with this tick."""
        at = bisect_left(self._ticks, tick)
        interval = self._learning_interval_ms
        return at > 0 and self._ticks[at - 1] // interval != tick // interval

    def last_learning_tick(self, ts: int) -> int:
        """The newest learning tick not after `ts`; −1 when there is none."""
        at = bisect_right(self._ticks, ts)
        learning = (tick for tick in reversed(self._ticks[:at]) if self.is_learning_tick(tick))
        return next(learning, -1)

    def next_learning_tick(self, ts: int) -> int | None:
        """The oldest learning tick after `ts`; None when there is none yet."""
        return next((tick for tick in self.after(ts) if self.is_learning_tick(tick)), None)
