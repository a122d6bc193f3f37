"""A small world in which nothing but a holdout keeps anybody from being invited."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from simworld.spec import DAY_MS, HOUR_MS, SimulatedRecord

__all__ = ["Fans"]


class Fans:
    """Fans of one host, without quiet hours, and a stream of that host every other day.

    Attributes
    ----------
    pairs : every (user, stream) there is.
    """

    def __init__(self, users: int, streams: int, start_ts: int) -> None:
        names = [f"fan-{number}" for number in range(users)]
        shows = [f"show-{number}" for number in range(streams)]
        self.pairs = {(user, show) for user in names for show in shows}
        self._start_ts = start_ts
        self._end_ts = start_ts + 2 * streams * DAY_MS
        self._records = [self._announce(number, show) for number, show in enumerate(shows)]
        for user in names:
            about = {"user_id": user, "ts": start_ts - DAY_MS}
            follow = {**about, "event_id": "f", "type": "follow", "host_id": "h"}
            self._records.append(
                SimulatedRecord(start_ts, "profiles", user, {**about, "quiet_hours": None})
            )
            self._records.append(SimulatedRecord(start_ts, "interactions", user, follow))

    def _announce(self, number: int, show: str) -> SimulatedRecord:
        start_ts = self._start_ts + (2 * number + 1) * DAY_MS + 6 * HOUR_MS
        fields = {"status": "scheduled", "host_id": "h", "title": show, "start_ts": start_ts}
        value = {"stream_id": show, "ts": self._start_ts - DAY_MS, **fields}
        return SimulatedRecord(self._start_ts, "streams", show, value)

    def ticks(self) -> list[int]:
        """One an hour, epoch ms."""
        return list(range(self._start_ts, self._end_ts + 1, HOUR_MS))

    def until(self, ts: int) -> list[SimulatedRecord]:
        """Everything, before the first tick."""
        records, self._records = self._records, []
        return records if ts >= self._start_ts else []

    def show(self, reminders: Iterable[dict[str, Any]], now: int) -> None:
        """They do nothing."""
