"""The results file: what the suite last measured, one JSON line a figure."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson

__all__ = ["RESULTS_FILE", "Results"]

RESULTS_FILE = Path(__file__).parents[2] / "docs" / "performance" / "results.jsonl"


class Results:
    """Figures by name.

    >>> Results([{"figure": "fanout_1m_s", "value": 7.0}]).value("fanout_1m_s")
    7.0
    """

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        self.rows = rows
        self._by_name = {row["figure"]: row for row in rows}

    @classmethod
    def read(cls, path: Path = RESULTS_FILE) -> Results:
        """Read a file that the suite wrote."""
        return cls([orjson.loads(line) for line in path.read_bytes().splitlines() if line])

    def row(self, figure: str) -> dict[str, Any] | None:
        """Return the line of a figure, None where there is none."""
        return self._by_name.get(figure)

    def value(self, figure: str) -> float | None:
        """Return a figure, None where it was not measured."""
        value = (self.row(figure) or {}).get("value")
        return None if value is None else float(value)

    def points(self, prefix: str) -> list[tuple[float, float]]:
        """Return (n, value) of the figures `prefix` + n, ascending."""
        found = [
            (float(row["figure"][len(prefix) :]), float(row["value"]))
            for row in self.rows
            if row["figure"].startswith(prefix)
            and row["figure"][len(prefix) :].isdigit()
            and row["value"] is not None
        ]
        return sorted(found)
