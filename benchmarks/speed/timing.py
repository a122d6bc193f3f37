"""Events per second between two moments of a run, of the clock and of the process's own time."""

from __future__ import annotations

import time
from dataclasses import dataclass

import psutil

__all__ = ["WARM_SHARE", "Speed", "Window", "cpu_seconds"]

WARM_SHARE = 0.2
"""The first part of the events warms an engine up; it is not timed."""


@dataclass(frozen=True)
class Speed:
    """`events` counted in `seconds` and `cpu_s` of the process with its children.

    `error`: by which share of them they may be more or fewer, for where the window began.
    """

    events: int
    seconds: float
    cpu_s: float
    error: float = 0.0

    @property
    def per_s(self) -> float:
        """Events per second."""
        return self.events / self.seconds

    @property
    def per_cpu_s(self) -> float:
        """Events per second of processor time."""
        return self.events / self.cpu_s


def cpu_seconds(pid: int) -> float:
    """Return user and system time of a process and its live children."""
    process = psutil.Process(pid)
    family = [process, *process.children(recursive=True)]
    return sum(sum(one.cpu_times()[:2]) for one in family)


class Window:
    """From the first word of at least the warm share of `events` to the last.

    `pid`: the process whose time counts.
    """

    def __init__(self, events: int, pid: int) -> None:
        self._events = events
        self._pid = pid
        # What is told if it never says how far it is before the end: its start counts too.
        self._whole = (time.monotonic(), cpu_seconds(pid), 0)
        self._begun: tuple[float, float, int] | None = None
        self._speed: Speed | None = None

    def note(self, done: int, *, last: bool = False) -> None:
        """Take notice that `done` events are done; `last`: and durable, which ends the window."""
        if last:
            at, cpu, before = self._begun or self._whole
            spent = cpu_seconds(self._pid) - cpu
            self._speed = Speed(done - before, time.monotonic() - at, spent)
        elif self._begun is None and done >= WARM_SHARE * self._events:
            self._begun = (time.monotonic(), cpu_seconds(self._pid), done)

    def speed(self) -> Speed:
        """Return the speed.

        Raises
        ------
        RuntimeError
            It did not come to the end, or took no time that could be measured.
        """
        if self._speed is None or self._speed.events <= 0 or self._speed.cpu_s <= 0:
            raise RuntimeError("too few events to be timed")
        return self._speed
