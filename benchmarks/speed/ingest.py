"""Events per second through the whole path of one worker process, exactly-once and durable.

Decode, validate, deduplicate, every feature and affinity, one transaction a partition: what
`livecue worker` does. Prints one JSON line.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from typing import Any

import orjson

from benchmarks.speed.deployment import Deployment
from benchmarks.speed.events import Flood
from benchmarks.speed.ingest_scene import livecue_speed
from benchmarks.speed.machine import about_machine
from benchmarks.speed.population import Population
from config import load_settings
from streams.embedded import servers

__all__ = ["measure"]


def measure(events: int, users: int) -> dict[str, Any]:
    """Publish the events, start one worker on them, and time it by its own watermarks."""
    with servers(load_settings(os.environ), redis=False) as found:
        deployment = Deployment(found.bootstrap_servers, f"ingest{int(time.time())}")
        deployment.create()
        first_ts = int(time.time() * 1000) - events - 60_000
        Population(deployment, users).behave(Flood.of(events, users, first_ts))
        speed = livecue_speed(deployment, events, timeout_s=300.0)
    return {
        "figure": "ingest",
        "events": events,
        "users": users,
        "partitions": deployment.partitions,
        "events_per_s": round(speed.per_s),
        "events_per_cpu_s": round(speed.per_cpu_s),
        "seconds": round(speed.seconds, 2),
        **about_machine("one row", 7),
    }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=3_000_000)
    parser.add_argument("--users", type=int, default=200_000)
    chosen = parser.parse_args()
    sys.stdout.write(orjson.dumps(measure(chosen.events, chosen.users)).decode() + "\n")


if __name__ == "__main__":
    main()
