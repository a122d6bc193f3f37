"""A reminder in a few words: who, what, when, why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from features.contracts import Reminder
from features.decode.rejected import printable

__all__ = ["Words", "ZoneOf", "clock_text", "words_of"]

ZoneOf = Callable[[str], str]
"""The IANA zone of a user."""


class Words(NamedTuple):
    """What is shown of a reminder."""

    when: str
    who: str
    kind: str
    what: str
    before: str
    why: str
    score: str

    def line(self) -> str:
        """All of it on one line."""
        return (
            f"{self.when}  {self.who}  {self.kind}, {self.before} before: {self.what}"
            f"  | {self.why} ({self.score})"
        )


def words_of(reminder: Reminder, zone_of: ZoneOf) -> Words:
    """Put a reminder into words, with the time as it is where the user lives."""
    zone = zone_of(reminder.user_id)
    local = datetime.fromtimestamp(reminder.send_ts / 1000, ZoneInfo(zone))
    return Words(
        when=f"{local:%a %H:%M} {zone.rpartition('/')[2].replace('_', ' ')}",
        who=printable(reminder.user_id),
        kind=f"{reminder.intent} {reminder.rung}",
        what=printable(f"{reminder.title} · {reminder.body}"),
        before=_duration(reminder.start_ts - reminder.send_ts),
        why=printable(reminder.reasons[0].text),
        score=f"{reminder.score:.3f}",
    )


def clock_text(ts: int) -> str:
    """A time in UTC: `Tue 03 Mar 21:45 UTC`."""
    return f"{datetime.fromtimestamp(ts / 1000, UTC):%a %d %b %H:%M} UTC"


def _duration(ms: int) -> str:
    minutes = ms // 60_000
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest:02d} min" if hours else f"{rest} min"
