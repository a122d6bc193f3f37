"""May this reminder be sent to this user now? Rules 1, 2, 5, 6 and 8 of the contract."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from wirecheck.person import Person
from wirecheck.records import Violation
from wirecheck.rules import MINUTE_MS, Rules
from wirecheck.schedule import Show

__all__ = ["check_person", "check_show", "check_time"]

Found = Iterator[Violation]


def check_show(reminder: dict[str, Any], show: Show | None, tick_ts: int, rules: Rules) -> Found:
    """Rule 1: the stream is still to come, as announced, and it is this rung's time."""
    name, send_ts, start_ts = (reminder[key] for key in ("reminder_id", "send_ts", "start_ts"))
    if show is None:
        yield Violation("1 cancelled", f"{name}: no stream {reminder['stream_id']}")
        return
    if not show.scheduled:
        yield Violation("1 " + str(show.fields["status"]), f"{name}: at {tick_ts}")
    if start_ts != show.fields.get("start_ts"):
        yield Violation("1 moved", f"{name}: {start_ts}, but starts {show.fields.get('start_ts')}")
    if max(send_ts, tick_ts) >= start_ts:
        yield Violation("1 started", f"{name}: sent {send_ts} at {tick_ts}, start {start_ts}")
    if reminder["expires_ts"] != start_ts:
        yield Violation("1 expires", f"{name}: {reminder['expires_ts']} is not {start_ts}")
    rung = rules.rungs.get(reminder["rung"])
    if rung is None:
        yield Violation("1 window", f"{name}: no rung {reminder['rung']}")
    elif not rung.closes <= start_ts - send_ts <= rung.opens:
        yield Violation("1 window", f"{name}: {(start_ts - send_ts) / MINUTE_MS} min before")


def check_time(reminder: dict[str, Any], person: Person, rules: Rules, step_ms: int = 0) -> Found:
    """Rule 2, and the nominal time of rule 6; `step_ms`: how long the tick is."""
    name, send_ts, rung = (reminder[key] for key in ("reminder_id", "send_ts", "rung"))
    free = reminder["intent"] == "attend" and rung == "15m" and not rules.quiet_hours_bind_attend
    if not free and person.quiet_at(send_ts, rules):
        zone = person.zone(rules)
        yield Violation("2 quiet hours", f"{name}: {send_ts} in {zone}, {person.profile}")
    if not person.allows("personalization") and rung in rules.rungs:
        away = abs(send_ts - (reminder["start_ts"] - rules.rungs[rung].nominal))
        expected = _nearest_allowed(reminder, person, rules)
        early = _nearest_allowed(reminder, person, rules, max(step_ms - MINUTE_MS, 0)) or expected
        at_nominal = free and away < MINUTE_MS
        if not at_nominal and (expected is None or not _between(away, expected, early)):
            yield Violation("6 nominal", f"{name}: {away / MINUTE_MS} min off, not {expected}")


def _between(away: int, one: int, other: int | None) -> bool:
    bounds = (one, one if other is None else other)
    return min(bounds) - MINUTE_MS < away < max(bounds) + MINUTE_MS


def _nearest_allowed(
    reminder: dict[str, Any], person: Person, rules: Rules, later_ms: int = 0
) -> int | None:
    """Distance in ms of the nearest whole minute from the nominal time that is not quiet.

    Nor is it quiet `later_ms` after that minute, unless it is the nominal one.
    """
    rung = rules.rungs[reminder["rung"]]
    nominal = reminder["start_ts"] - rung.nominal
    for away in range(0, rung.opens, MINUTE_MS):
        for ts in (nominal - away, nominal + away):
            inside = rung.closes <= reminder["start_ts"] - ts <= rung.opens
            moments = (ts, ts + later_ms) if away else (ts,)
            if inside and not any(person.quiet_at(moment, rules) for moment in moments):
                return away
    return None


def check_person(reminder: dict[str, Any], person: Person | None, show: Show | None) -> Found:
    """Rules 5, 6 and 8: what the user did, allowed, and whether they are known at all."""
    name, stream, intent = (reminder[key] for key in ("reminder_id", "stream_id", "intent"))
    if person is None:
        yield Violation("8 erased", f"{name}: {reminder['user_id']} is not known")
        return
    reserved = person.reservations.get(stream, (0, False))[1]
    if intent == "invite" and stream in person.touched:
        yield Violation("5 invite", f"{name}: {person.user_id} touched {stream} before")
    if intent == "attend" and not reserved:
        yield Violation("5 attend", f"{name}: {person.user_id} holds no reservation of {stream}")
    if stream in person.attended:
        yield Violation("5 in it", f"{name}: {person.user_id} has been in {stream}")
    if not person.allows("push"):
        yield Violation("6 consent", f"{name}: {person.user_id} allows no push")
    if person.muted:
        yield Violation("6 muted", f"{name}: {person.user_id} has muted")
    host = None if show is None else show.fields.get("host_id")
    followed = host is not None and person.follows.get(host, (0, False))[1]
    if not (person.allows("personalization") or followed or reserved):
        yield Violation("6 personalization", f"{name}: {person.user_id} does not follow {host}")
