"""The streams as last announced."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = ["Schedule", "Show"]


@dataclass(slots=True)
class Show:
    """One stream: `ts` of the record in force, and its fields."""

    ts: int
    fields: dict[str, Any]

    @property
    def scheduled(self) -> bool:
        """Whether it is still to come, as far as announced."""
        return str(self.fields["status"]) == "scheduled"


class Schedule:
    """Streams by id: the later `ts` wins, arrival breaks ties.

    Attributes
    ----------
    copy_ids : of all copies ever announced with any stream; other ids are of built-in words.
    """

    def __init__(self) -> None:
        self.shows: dict[str, Show] = {}
        self.copy_ids: set[str] = set()

    def apply(self, stream_id: str, fields: dict[str, Any] | None) -> None:
        """Take a record of `streams`; None is a tombstone: cancelled and forgotten."""
        if fields is None:
            self.shows.pop(stream_id, None)
            return
        self.copy_ids.update(copy["copy_id"] for copy in fields.get("copies") or [])
        known = self.shows.get(stream_id)
        if known is None:
            self.shows[stream_id] = Show(fields["ts"], fields)
        elif fields["ts"] >= known.ts:
            old = {} if fields["status"] == "scheduled" else known.fields
            # Missing and null are the same for optional fields: they stay as they were.
            given = {name: value for name, value in fields.items() if value is not None}
            known.ts, known.fields = fields["ts"], {**old, **given}
