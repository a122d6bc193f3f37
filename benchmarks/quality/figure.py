"""One figure of the quality suite, as a plain dict, and what it must reach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = ["Bounds", "Figure", "figure"]

Figure = dict[str, Any]
"""`figure`, `value`, `unit`, `target`, `met`, and details; a line of JSON."""


@dataclass(frozen=True)
class Bounds:
    """What a figure must lie within; None leaves a side open.

    >>> str(Bounds(0.925, 0.975)), str(Bounds(None, 0.75)), Bounds(0.9).met(0.8)
    ('0.925 – 0.975', '≤ 0.75', False)
    """

    low: float | None = None
    high: float | None = None

    def met(self, value: float) -> bool:
        """Return whether a value is good enough."""
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)

    def __str__(self) -> str:
        if self.low is not None and self.high is not None:
            return f"{self.low:g} – {self.high:g}"
        return f"≤ {self.high:g}" if self.low is None else f"≥ {self.low:g}"


def figure(
    name: str, value: float, unit: str, target: Bounds | None = None, **details: object
) -> Figure:
    """Return a figure as the suite prints it.

    >>> figure("accuracy", 0.91234, "share", Bounds(0.9))["met"]
    True
    """
    return {
        "figure": name,
        "value": round(value, 4) if abs(value) < 1_000 else round(value),
        "unit": unit,
        "target": None if target is None else str(target),
        "met": None if target is None else target.met(value),
        **details,
    }
