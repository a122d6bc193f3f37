"""Events per second as committed: between two moments of what the watermarks say of each partition.

A partition tells its progress only when it commits, every half second or two. Between two such
marks it is taken to go on evenly, so that a window may begin while others have not told theirs.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.speed.deployment import Worker
from benchmarks.speed.timing import WARM_SHARE, Speed, cpu_seconds
from benchmarks.speed.watching import Watermarks

__all__ = ["LEAST_S", "Progress", "committed_speed", "speed_of"]

LEAST_S = 2.0
"""Seconds of a window at least: single commits would decide about a shorter one."""

Moved = Mapping[int, Sequence[tuple[float, int]]]


@dataclass(frozen=True)
class Progress:
    """How far all partitions were at a time.

    Attributes
    ----------
    at : epoch seconds.
    done : events, at an even pace between two marks of a partition.
    least, most : events by the marks just before and just after: `done` is surely within.
    """

    at: float
    done: float
    least: int
    most: int

    @classmethod
    def by(cls, moved: Moved, at: float) -> Progress:
        """Return it from (epoch seconds, next offset) of each partition, in order of time.

        >>> Progress.by({0: [(1.0, 100), (3.0, 500)], 1: [(1.5, 0), (2.5, 200)]}, 2.0)
        Progress(at=2.0, done=400.0, least=100, most=700)
        """
        done, least, most = 0.0, 0, 0
        for marks in moved.values():
            times, offsets = [at for at, _ in marks], [offset for _, offset in marks]
            done += float(np.interp(at, times, offsets))
            least += max((offset for time, offset in marks if time <= at), default=0)
            most += min((offset for time, offset in marks if time >= at), default=offsets[-1])
        return cls(at, done, least, most)

    @classmethod
    def warm(cls, moved: Moved, events: int) -> Progress:
        """Return it when the warm share of `events` is done and no partition is at its beginning.

        >>> one = [(float(second), 100 * second) for second in range(11)]
        >>> Progress.warm({0: one}, 1_000).at
        2.0
        """
        firsts = [next((at for at, offset in marks if offset), 0.0) for marks in moved.values()]
        begun = max(firsts)
        times = sorted({begun, *(time for marks in moved.values() for time, _ in marks)})
        later = [time for time in times if time >= begun]
        totals = [cls.by(moved, time).done for time in later]
        return cls.by(moved, float(np.interp(WARM_SHARE * events, totals, later)))


def committed_speed(
    marks: Watermarks, events: int, timeout_s: float, least_s: float, *workers: Worker
) -> Speed:
    """Wait until the workers have committed `events`, and return their speed.

    From the warm share on, or with `least_s` 0, for sizes that nobody times, from now on.

    Raises
    ------
    TimeoutError
        They did not come to the end.
    RuntimeError
        The window was shorter than `least_s`.
    """
    spent = [(time.time(), _cpu(workers))]
    told = 0

    def at_end() -> bool:
        nonlocal told
        done = marks.done()
        if done > told:
            told = done
            spent.append((time.time(), _cpu(workers)))
        return done >= events

    marks.wait(at_end, timeout_s, f"{events} events are committed", *workers)
    moved = {number: list(found) for number, found in marks.moved.items()}
    return speed_of(moved, spent, told, least_s)


def speed_of(
    moved: Moved, spent: Sequence[tuple[float, float]], events: int, least_s: float
) -> Speed:
    """Return the speed; `spent`: (epoch seconds, CPU seconds) from the start on. See above."""
    end = max(marks[-1][0] for marks in moved.values())
    begin = Progress.warm(moved, events) if least_s else Progress(spent[0][0], 0.0, 0, 0)
    seconds = end - begin.at
    if seconds < least_s:
        raise RuntimeError(f"timed over {seconds:.1f} s only, not {least_s:g} s: too few events")
    counted = events - begin.done
    error = max(begin.done - begin.least, begin.most - begin.done) / max(counted, 1.0)
    at, cpu = zip(*spent, strict=True)
    cpu_s = float(np.interp(end, at, cpu) - np.interp(begin.at, at, cpu))
    return Speed(round(counted), seconds, cpu_s, error)


def _cpu(workers: Sequence[Worker]) -> float:
    return sum(cpu_seconds(worker.pid) for worker in workers)
