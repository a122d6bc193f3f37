"""Lines that repeat are said once a minute: clients say the same many times a second."""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from collections.abc import Callable

__all__ = ["RepeatFilter"]

EVERY_S = 60.0
MOST_KINDS = 256
OURS = "streams"


class RepeatFilter(logging.Filter):
    """Lets the first of equal lines through, then one a minute, which says how many it stands for.

    Changes of state always pass. Of our own loggers lines are equal when they read the same; of
    libraries also when only what is filled in differs.

    Parameters
    ----------
    now_s : monotonic seconds.
    """

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._now_s = now_s
        self._kinds: OrderedDict[tuple[str, int, str], tuple[float, int]] = OrderedDict()

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the line is to be said; one that stands for others gets `repeats`."""
        if hasattr(record, "event"):
            return True
        ours = record.name.partition(".")[0] == OURS
        kind = (record.name, record.levelno, record.getMessage() if ours else str(record.msg))
        now_s = self._now_s()
        said_s, left_out = self._kinds.get(kind, (now_s - EVERY_S, 0))
        if now_s - said_s < EVERY_S:
            self._kinds[kind] = (said_s, left_out + 1)
            return False
        record.repeats = left_out
        self._kinds[kind] = (now_s, 0)
        self._kinds.move_to_end(kind)
        if len(self._kinds) > MOST_KINDS:
            self._kinds.popitem(last=False)
        return True
