"""Hours at half load: nothing grows that need not."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from steady.crew import Hand
from steady.length import SEED
from steady.stage import Site, staged
from steady.world import Plan

MINUTES = float(os.environ.get("SOAK_MINUTES") or 0)
pytestmark = [
    pytest.mark.skipif(not MINUTES, reason="make soak"),
    pytest.mark.timeout(MINUTES * 120 + 900),
]
# A third of the time is for caches to fill and for the allocator to find its size.
WARM_SHARE = 1 / 3
# As on a worker that has run for a day: the memory of event ids is full before the time is taken.
DEDUP_FULL = {"LIVECUE_DEDUP__MOST_IDS": "100000"}
MOST_GROWTH = 0.03
SAMPLE_S = 5.0


@dataclass(frozen=True, slots=True)
class Sample:
    """What a worker holds: resident bytes, threads, open files and sockets."""

    rss: int
    threads: int
    files: int


def sample(hand: Hand) -> Sample:
    """Now."""
    process = psutil.Process(hand.pid)
    with process.oneshot():
        return Sample(process.memory_info().rss, process.num_threads(), process.num_fds())


def middle(samples: list[int]) -> float:
    """The median."""
    return float(sorted(samples)[len(samples) // 2])


def assert_flat(samples: list[Sample]) -> None:
    """Nothing has grown since the worker was warm."""
    warm = samples[int(len(samples) * WARM_SHARE) :]
    quarter = max(1, len(warm) // 4)
    early, late = warm[:quarter], warm[-quarter:]
    growth = middle([one.rss for one in late]) / middle([one.rss for one in early]) - 1
    print(f"RSS {middle([one.rss for one in late]) / 2**20:.0f} MiB, {growth:+.1%} since warm-up")
    assert growth <= MOST_GROWTH
    assert max(one.threads for one in late) <= max(one.threads for one in early)
    assert middle([one.files for one in late]) <= middle([one.files for one in early]) + 2


def test_a_worker_at_half_load_stays_as_it_is(
    kafka: str, topic_prefix: str, tmp_path: Path
) -> None:
    """RSS flat within 3 % after warm-up; threads, files and sockets as many as before."""
    plan = Plan(users=2_000, rate=1_500, window_s=60, seed=SEED)
    samples: list[Sample] = []
    site = Site(kafka, topic_prefix, tmp_path, settings=DEDUP_FULL)
    with staged(site, plan) as stage:
        (hand,) = stage.crew.hands
        stage.window(1)
        end = time.monotonic() + MINUTES * 60
        while time.monotonic() < end:
            stage.crew.check()
            assert stage.world.running
            samples.append(sample(hand))
            time.sleep(SAMPLE_S)
        assert_flat(samples)
        stage.assert_exact()
