"""One user as the contract's words define them, kept as plainly as can be."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from wirecheck.rules import MINUTE_MS, Rules

__all__ = ["Invite", "Person", "switch"]

NEVER = -(2**62)
# Fields of a profile that this checker needs; `consent` is two fields of its own.
FIELDS = ("nickname", "timezone", "locale", "quiet_hours")


def switch(book: dict[str, tuple[int, bool]], key: str, ts: int, value: bool) -> None:
    """Later `ts` wins and arrival breaks ties."""
    if ts >= book.get(key, (NEVER, False))[0]:
        book[key] = (ts, value)


@dataclass(frozen=True, slots=True)
class Invite:
    """An invitation that was sent to somebody."""

    send_ts: int
    reminder_id: str


@dataclass(slots=True)
class Person:
    """What is known of one user between (re)appearance and erasure."""

    user_id: str
    profile: dict[str, tuple[int, Any]] = field(default_factory=dict)
    switches: dict[str, tuple[int, bool]] = field(default_factory=dict)
    follows: dict[str, tuple[int, bool]] = field(default_factory=dict)
    reservations: dict[str, tuple[int, bool]] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)
    attended: set[str] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)
    seen: dict[str, list[int]] = field(default_factory=dict)
    invites: list[Invite] = field(default_factory=list)

    def update(self, fields: dict[str, Any], ts: int) -> None:
        """Take a profile: last `ts` wins per field present, null is the default again."""
        for name in FIELDS:
            if name in fields and ts >= self.profile.get(name, (NEVER, None))[0]:
                self.profile[name] = (ts, fields[name])
        if "consent" in fields:
            for name in ("push", "personalization"):
                consent = fields["consent"]
                if consent is None or name in consent:
                    given = None if consent is None else consent[name]
                    switch(self.switches, name, ts, given is None or bool(given))

    def act(self, event: dict[str, Any], window_ms: int) -> None:
        """Take an interaction, once."""
        ts, kind = event["ts"], event["type"]
        firsts = self.seen.setdefault(event["event_id"], [])
        if any(abs(ts - first) <= window_ms for first in firsts):
            return
        firsts.append(ts)
        self.counts[kind] += 1
        stream, host = event.get("stream_id", ""), event.get("host_id", "")
        if kind in ("follow", "unfollow"):
            switch(self.follows, host, ts, kind == "follow")
        if kind in ("reserve", "reserve_cancel"):
            switch(self.reservations, stream, ts, kind == "reserve")
        if kind in ("reserve", "enter", "watch"):
            self.touched.add(stream)
        if kind in ("enter", "watch"):
            self.attended.add(stream)

    def field(self, name: str) -> Any:
        """The value in force of a profile field, None for the default."""
        return self.profile.get(name, (NEVER, None))[1]

    def allows(self, name: str) -> bool:
        """Whether `push` or `personalization` is consented to."""
        return self.switches.get(name, (NEVER, True))[1]

    @property
    def muted(self) -> bool:
        """Whether pushes are switched off in the channel."""
        return self.switches.get("muted", (NEVER, False))[1]

    def zone(self, rules: Rules) -> ZoneInfo:
        """The user's own zone."""
        return ZoneInfo(self.field("timezone") or rules.default_timezone)

    def locale(self, rules: Rules) -> str:
        """The user's locale."""
        return str(self.field("locale") or rules.default_locale)

    def quiet_at(self, ts: int, rules: Rules) -> bool:
        """Whether an instant lies in the user's quiet hours: start included, end not."""
        start, end = rules.default_quiet_hours
        if "quiet_hours" in self.profile:
            hours = self.profile["quiet_hours"][1]
            if hours is None:  # null = none, by the table of `profiles`
                return False
            start, end = hours["start"], hours["end"]
        return self._within(start, end, ts, rules)

    def _within(self, start: str, end: str, ts: int, rules: Rules) -> bool:
        local = datetime.fromtimestamp(ts // MINUTE_MS * 60, self.zone(rules))
        minute, first, last = local.hour * 60 + local.minute, _minutes(start), _minutes(end)
        if first <= last:
            return first <= minute < last
        return minute >= first or minute < last


def _minutes(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)
