"""The number of workers changes under load, up to more workers than there are partitions."""

from __future__ import annotations

from pathlib import Path

import pytest
from steady.crew import Crew, wait_for
from steady.length import LONG
from steady.stage import Site, staged

pytestmark = pytest.mark.skipif(not LONG, reason="make faults")
PARTITIONS = 6


def resize(crew: Crew, count: int) -> None:
    """Hire and dismiss until so many work."""
    while len(crew.hands) < count:
        crew.hire()
    while len(crew.hands) > count:
        crew.dismiss(crew.hands[0])
    joined = min(count, PARTITIONS)
    wait_for(lambda: sum("ready" in hand.log for hand in crew.hands) >= joined, crew.log)


def test_one_four_two_eight(kafka: str, topic_prefix: str, tmp_path: Path) -> None:
    """Six partitions, 1, 4, 2 and 8 workers: two of the eight have nothing to do, and no harm."""
    with staged(Site(kafka, topic_prefix, tmp_path, PARTITIONS)) as stage:
        stage.window(1)
        for count in (4, 2, 8):
            resize(stage.crew, count)
        stage.window(stage.world.opened + 1)
        stage.assert_exact()
