"""An SRE sees how many hosts have neighbours, and whether news of them still come."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from config import load_settings
from online_models.neighbourhood import Neighbourhood
from online_models.neighbours import encode_neighbourhood
from streams.composition import compose
from streams.engine.shared import NEAR_KEY, Shared
from streams.monitoring import metrics
from streams.monitoring.census import Census

NOW_MS = 1_790_000_000_000


def told(shared: Shared, host: int, others: list[int], written_ts: int) -> None:
    """Let a worker hear who is near a host."""
    bonds = np.ones(len(others))
    near = Neighbourhood(host, np.array(others, np.uint64), bonds, bonds, 0.0)
    shared.learned(NEAR_KEY + b"%08x" % host, encode_neighbourhood(near), written_ts)


def test_the_metrics_of_neighbours_move(monkeypatch: pytest.MonkeyPatch) -> None:
    """With what is told, with what is taken back, and with time."""
    shared = compose(load_settings({}))
    worker: Any = SimpleNamespace(partitions={})
    census, meter = Census(shared, worker), shared.monitor.meter
    now_ms = NOW_MS
    monkeypatch.setattr("streams.monitoring.census.wall_clock_ms", lambda: now_ms)

    def found() -> tuple[float | None, ...]:
        census.take()
        known = (metrics.NEIGHBOUR_HOSTS, metrics.NEIGHBOURS_AGE, metrics.NEIGHBOUR_UPDATES)
        return tuple(meter.value(metric) for metric in known)

    assert found() == (0, None, 0)
    told(shared, 7, [8, 9], NOW_MS - 60_000)
    assert found() == (1, 60, 1)
    told(shared, 8, [7], NOW_MS - 5_000)
    told(shared, 9, [7], NOW_MS - 20_000)
    assert found() == (3, 5, 3)
    told(shared, 8, [], NOW_MS - 1_000)
    now_ms += 9_000
    assert found() == (2, 10, 4)
    shared.learned(b"trainer", b"", NOW_MS)
    assert found() == (2, 10, 4)
