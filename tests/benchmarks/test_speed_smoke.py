"""The speed suite at a tiny size: every figure comes out, and who counts, counts right."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest

_ROOT = Path(__file__).parents[2]
_WANTED = {
    "ingest": {"ingest_events_per_s", "peer_faust_events_per_s", "cpu_ratio_to_flink_counts"},
    "populations": {
        *("memory_bytes_per_user", "restore_1m_s", "fanout_1m_s", "scoring_1m_s", "plan_cpu_us"),
        *("reminders_per_s_alone", "reminders_per_s_with_ingest", "cost_of_an_event_spread"),
    },
    "moments": {"freshness_p99_ms", "punctuality_p99_s", "punctuality_after_start"},
    "sweep": {"workers_2_events_per_s", "rebalance_join_s", "rebalance_leave_s"},
}


def suite(scene: str) -> list[dict[str, Any]]:
    """The lines of a scene at smoke size; a peer that counts wrongly makes a failed line."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.speed.suite", "smoke", "--scene", scene],
        cwd=_ROOT,
        capture_output=True,
        timeout=800,
        check=True,
    )
    return [orjson.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.skipif("BENCH_SMOKE" not in os.environ, reason="ten minutes: BENCH_SMOKE=1 runs it")
@pytest.mark.parametrize("scene", sorted(_WANTED))
def test_every_figure_comes_out(scene: str) -> None:
    """No row fails; what cannot run on this machine says so."""
    lines = suite(scene)
    failures = {line["figure"]: line["failed"] for line in lines if "failed" in line}
    # Without javac the Java peers say that they are skipped, and so do the ratios to them.
    real = {name: why for name, why in failures.items() if not why.startswith("skipped: ")}
    assert real == {}
    assert {line["figure"] for line in lines} >= _WANTED[scene]
    for line in lines:
        assert line["value"] is not None or line["figure"] in failures
        assert line["seed"] == 7
        assert line["machine"]["cpus"] > 0
