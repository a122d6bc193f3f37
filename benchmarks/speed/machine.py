"""On what a figure was measured."""

from __future__ import annotations

import datetime as dt
import os
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil

from benchmarks.peers.jars import FLINK_VERSION, STREAMS_VERSION
from benchmarks.speed.events import EVENT_BYTES
from streams.embedded.jar_lock import KAFKA_VERSION

__all__ = ["about_machine"]

_PACKAGES = ("livecue", "faust-streaming", "aiokafka", "numpy", "numba", "river")


def about_machine(sizes: str, seed: int) -> dict[str, Any]:
    """Return machine, versions, seed and date, as they go with every figure."""
    return {
        "machine": {
            "cpus": os.cpu_count(),
            "processor": _processor(),
            "memory_gb": round(psutil.virtual_memory().total / 2**30),
            "system": f"{platform.system()} {platform.machine()}",
        },
        "versions": {
            "python": platform.python_version(),
            "kafka": KAFKA_VERSION,
            "flink": FLINK_VERSION,
            "kafka-streams": STREAMS_VERSION,
            **{name: version(name) for name in _PACKAGES},
        },
        "sizes": sizes,
        "seed": seed,
        "event_bytes": EVENT_BYTES,
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
    }


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or "unknown"
