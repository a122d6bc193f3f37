"""One figure of the suite, and what it must reach."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

__all__ = ["TARGETS", "Target", "failed", "met", "say", "say_reached", "tell"]


@dataclass(frozen=True)
class Target:
    """What a figure must reach: `at_least` or at most `bound`."""

    at_least: bool
    bound: float

    def __str__(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {self.bound:,g}"

    def met(self, value: float) -> bool:
        """Return whether a value is good enough."""
        return value >= self.bound if self.at_least else value <= self.bound


def _least(bound: float) -> Target:
    return Target(True, bound)


def _most(bound: float) -> Target:
    return Target(False, bound)


TARGETS: dict[str, Target] = {
    "ingest_events_per_s": _least(220_000),
    "ingest_ratio_to_kafka_streams_counts": _least(1.2),
    "ingest_ratio_to_faust": _least(15),
    "cpu_ratio_to_kafka_streams_counts": _least(1.2),
    "cpu_ratio_to_flink_same_work": _least(1.3),
    "cpu_ratio_to_kafka_streams_same_work": _least(1.3),
    "cpu_ratio_to_flink_counts": _least(0.8),
    "fanout_1m_s": _most(8),
    "scoring_1m_s": _most(0.2),
    "reminders_per_s_alone": _least(120_000),
    "reminders_per_s_with_ingest": _least(60_000),
    "freshness_p99_ms": _most(250),
    "punctuality_p99_s": _most(1.5),
    "punctuality_earliest_s": _least(-1),
    "punctuality_after_start": _most(0),
    "memory_bytes_per_user": _most(1024),
    "restore_1m_s": _most(10),
    "rebalance_join_s": _most(3),
    "rebalance_leave_s": _most(3),
    "cost_of_an_event_spread": _most(1.25),
    "cost_of_a_reminder_spread": _most(1.25),
}


def met(figure: str, value: float) -> bool | None:
    """Return whether a figure reaches its target; None when it has none.

    >>> met("fanout_1m_s", 7.5), met("fanout_1m_s", 9.0), met("anything", 1.0)
    (True, False, None)
    """
    target = TARGETS.get(figure)
    return None if target is None else target.met(value)


def tell(figure: str, value: float, unit: str, **details: object) -> None:
    """Print a figure as one JSON line; `details` go with it."""
    target = TARGETS.get(figure)
    line = {
        "figure": figure,
        "value": round(value, 4) if abs(value) < 1_000 else round(value),
        "unit": unit,
        "target": None if target is None else str(target),
        "met": met(figure, value),
        **details,
    }
    sys.stdout.write(orjson.dumps(line).decode() + "\n")
    sys.stdout.flush()


def failed(figure: str, reason: str) -> None:
    """Print that a figure could not be measured, and why."""
    target = TARGETS.get(figure)
    line = {
        "figure": figure,
        "value": None,
        "target": None if target is None else str(target),
        "met": False if target is not None else None,
        "failed": reason,
    }
    sys.stdout.write(orjson.dumps(line).decode() + "\n")
    sys.stdout.flush()


def say(text: str) -> None:
    """Print a line of progress on standard error."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def say_reached(lines: Sequence[Mapping[str, Any]], seconds: float) -> None:
    """Print how many of the figures with a target reached it, and how long all took."""
    asked = [line for line in lines if line.get("target")]
    reached = sum(bool(line["met"]) for line in asked)
    say(f"{reached} of {len(asked)} targets reached, in {seconds / 60:.1f} minutes")
