"""How often a partition commits on the wall clock."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["CommitPace"]

SHARE = 0.2
QUIET_S = 2.5
"""From one transaction to the next while there is nothing to say but how late it is: watermarks are
promised every 5 s."""


class CommitPace:
    """Commit every `interval_s`, less often while commits are long.

    At most about a fifth of the time goes into commits, up to `longest_s` between two, so that a
    flood of events is written in fewer, larger transactions: a user changed ten times in between
    is one record of `state`.

    Parameters
    ----------
    interval_s, longest_s : seconds between two commits, usually and at most.

    Attributes
    ----------
    took_s : how long the last commit was.
    """

    def __init__(self, interval_s: float, longest_s: float) -> None:
        self._interval_s = interval_s
        self._longest_s = longest_s
        self._next = self._next_quiet = 0.0
        self.took_s = 0.0

    def due(self, *, quiet: bool = False) -> bool:
        """Whether it is time for the next commit; `quiet`: though there is nothing to say."""
        return time.monotonic() >= (self._next_quiet if quiet else self._next)

    @contextmanager
    def measured(self) -> Iterator[None]:
        """Around a commit: sets when the next one is due."""
        started = time.monotonic()
        yield
        self.took_s = time.monotonic() - started
        pause = min(max(self._interval_s, self.took_s / SHARE), self._longest_s)
        self._next = started + pause
        self._next_quiet = max(self._next, started + QUIET_S)
