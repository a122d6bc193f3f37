"""The peers that do the same work do what the row does today."""

from __future__ import annotations

import re
from pathlib import Path

from features.contracts import INTERACTION_TYPES
from features.update.weights import AFFINITY_WEIGHT

_JAVA = Path(__file__).parents[2] / "benchmarks/peers/java"


def test_the_java_peers_weigh_events_as_the_row_does() -> None:
    """Event types in the contract's order, and the affinity each stands for."""
    reader = (_JAVA / "EventReader.java").read_text("utf-8")
    (listed,) = re.findall(r'\{\s*("app_open".*?)\}', reader, re.DOTALL)
    assert tuple(re.findall(r'"(\w+)"', listed)) == tuple(INTERACTION_TYPES)
    row = (_JAVA / "UserRow.java").read_text("utf-8")
    (known,) = re.findall(r"double\[\] known = \{(.*?)\}", row)
    weights = [AFFINITY_WEIGHT.get(name, 0.0) for name in INTERACTION_TYPES]
    assert [float(number) for number in known.split(",")] == weights
