"""Events per second are told of a window that is long enough, and are what went through in it."""

from __future__ import annotations

import os

import pytest

from benchmarks.speed.committed import Progress, speed_of
from benchmarks.speed.timing import WARM_SHARE, Window

PER_S = 400_000


def marks(
    partitions: int, events: int, interval_s: float, start_s: float = 5.0
) -> dict[int, list[tuple[float, int]]]:
    """Watermarks of partitions that all go on evenly from `start_s` on, each at its own phase."""
    share, pace = events // partitions, PER_S / partitions
    found: dict[int, list[tuple[float, int]]] = {}
    for number in range(partitions):
        at = start_s + interval_s * (number + 1) / partitions
        found[number] = [(start_s, 0)]
        while (offset := round((at - start_s) * pace)) < share:
            found[number].append((at, offset))
            at += interval_s
        found[number].append((start_s + share / pace, share))
    return found


SPENT = [(0.0, 0.0), (100.0, 50.0)]


@pytest.mark.parametrize("partitions", [1, 2, 4, 8])
@pytest.mark.parametrize("interval_s", [0.5, 2.0])
def test_the_speed_does_not_depend_on_how_often_is_committed(
    partitions: int, interval_s: float
) -> None:
    """Nor on the number of partitions and who of them commits first."""
    events = 2_000_000
    speed = speed_of(marks(partitions, events, interval_s), SPENT, events, 2.0)
    assert speed.per_s == pytest.approx(PER_S, rel=0.01)
    assert speed.per_cpu_s == pytest.approx(2 * PER_S, rel=0.01)
    assert speed.error * speed.events <= PER_S * interval_s


def test_a_short_window_is_refused() -> None:
    """700,000 events in less than two seconds, as on a fast machine."""
    found = marks(2, 700_000, 0.5)
    with pytest.raises(RuntimeError, match=r"timed over 1\.\d s only"):
        speed_of(found, SPENT, 700_000, 2.0)
    assert speed_of(found, SPENT, 700_000, 0.0).seconds == pytest.approx(6.75, rel=0.01)


def test_one_watermark_for_all_is_refused() -> None:
    """A partition whose first word is its last leaves no window."""
    with pytest.raises(RuntimeError, match="too few events"):
        speed_of({0: [(1.0, 0), (9.0, 100)], 1: [(1.0, 0), (9.5, 100)]}, SPENT, 200, 2.0)


def test_a_window_begins_when_all_have_begun() -> None:
    """What a partition does before its first mark is start-up; even when the rest is far on."""
    early = [(0.0, 0), (1.0, 500), (9.0, 900)]
    late = [(0.0, 0), (4.0, 10), (9.0, 100)]
    begin = Progress.warm({0: early, 1: late}, 1_000)
    assert begin.at == 4.0
    assert begin.least <= begin.done <= begin.most


def test_a_window_of_words_begins_with_the_warm_share() -> None:
    """The first word of enough events begins it, the last durable one ends it."""
    window = Window(1_000, os.getpid())
    window.note(int(1_000 * WARM_SHARE) - 1)
    window.note(300)
    window.note(600)
    spin = sum(number * number for number in range(2_000_000))
    assert spin
    with pytest.raises(RuntimeError, match="too few events"):
        window.speed()
    window.note(1_000, last=True)
    assert window.speed().events == 700
