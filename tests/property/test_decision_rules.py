"""What a reminder never does, checked on random worlds by rules written down a second time."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from reminders.ladder import DEFAULT_RUNGS, window
from reminders.settings import DecisionSettings
from tests.property.decision_world import PROFILE, STREAM, Run, Sent, World, make_world

MINUTE, DAY = 60_000, 86_400_000
RUNGS = {rung.name: rung for rung in DEFAULT_RUNGS}


class Facts:
    """What the events say of a user or a stream at a time; the later ts wins."""

    def __init__(self, world: World) -> None:
        self.by_user: dict[str, list[tuple[int, int, dict[str, Any]]]] = defaultdict(list)
        self.by_stream: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for ts, kind, event in world.events:
            if kind == STREAM:
                self.by_stream[event["stream_id"]].append(event)
            else:
                self.by_user[event["user_id"]].append((ts, kind, event))

    def profile(self, user: str, name: str, ts: int, default: Any) -> Any:
        """Return the value of a profile field."""
        values = [
            event["fields"][name]
            for at, kind, event in self.by_user[user]
            if kind == PROFILE and at <= ts and name in event["fields"]
        ]
        return values[-1] if values else default

    def did(self, user: str, ts: int, types: set[str], **about: str) -> list[str]:
        """Return which of the types happened, oldest first."""
        return [
            event["type"]
            for at, kind, event in self.by_user[user]
            if kind != PROFILE
            and at <= ts
            and event["type"] in types
            and all(event.get(name) == value for name, value in about.items())
        ]

    def quiet(self, user: str, ts: int, known: int) -> bool:
        """Return whether the user wants to be left alone at `ts`, by what they said by `known`."""
        zone = ZoneInfo(self.profile(user, "timezone", known, "Asia/Shanghai"))
        hours = self.profile(user, "quiet_hours", known, {"start": "22:00", "end": "08:00"})
        now = datetime.fromtimestamp(ts / 1000, zone).strftime("%H:%M")
        start, end = str(hours["start"]), str(hours["end"])
        return start <= now < end if start <= end else now >= start or now < end


def check_one(facts: Facts, settings: DecisionSettings, sent: Sent) -> None:
    """Assert every rule that looks at one reminder alone, at its send time and at its tick."""
    first, last = window(RUNGS[sent.rung], sent.start_ts)
    assert first <= sent.send_ts <= last
    assert sent.prev < sent.send_ts <= sent.now < sent.start_ts
    record = [event for event in facts.by_stream[sent.stream] if event["ts"] <= sent.now][-1]
    assert (record["status"], record["start_ts"]) == ("scheduled", sent.start_ts)
    attends = {"enter", "watch"}
    assert not facts.did(sent.user, sent.now, attends, stream_id=sent.stream)
    for ts in (sent.send_ts, sent.now):
        assert facts.profile(sent.user, "consent.push", ts, True)
        assert facts.did(sent.user, ts, {"muted", "unmuted"})[-1:] != ["muted"]
        reserved = facts.did(sent.user, ts, {"reserve", "reserve_cancel"}, stream_id=sent.stream)
        if sent.intent == "attend":
            assert reserved[-1] == "reserve"
        else:
            assert "reserve" not in reserved
        free = sent.intent == "attend" and sent.rung == "15m"
        if not free or settings.quiet_hours_bind_attend:
            assert not facts.quiet(sent.user, ts, ts)
    if not facts.profile(sent.user, "consent.personalization", sent.now, True):
        host = facts.by_stream[sent.stream][0]["host_id"]
        follows = facts.did(sent.user, sent.now, {"follow", "unfollow"}, host_id=host)
        assert sent.intent == "attend" or follows[-1] == "follow"
        step = max(sent.now - sent.prev - MINUTE, 0) if sent.prev >= 0 else 0
        moments = [nominal(facts, settings, sent, later) for later in (0, step)]
        moments = [moment for moment in moments if moment >= 0]
        assert min(moments) - MINUTE < sent.send_ts < max(moments) + MINUTE


def nominal(facts: Facts, settings: DecisionSettings, sent: Sent, later: int) -> int:
    """Return the nominal moment, or the allowed one nearest to it by whole minutes.

    One that is allowed `later` too, unless it is the nominal one; −1 without any.
    """
    rung = RUNGS[sent.rung]
    middle = sent.start_ts - rung.nominal_ms
    free = sent.intent == "attend" and sent.rung == "15m" and not settings.quiet_hours_bind_attend
    first, last = window(rung, sent.start_ts)
    for away in range(0, rung.opens_ms, MINUTE):
        for ts in (middle + away, middle - away):
            moments = (ts, ts + later) if away else (ts,)
            quiet = any(facts.quiet(sent.user, moment, sent.now) for moment in moments)
            if first <= ts <= last and (free or not quiet):
                return ts
    return -1


def check_together(settings: DecisionSettings, sent: list[Sent]) -> None:
    """Assert the rules that look at all reminders: no repeats, caps, gap."""
    keys = [(one.user, one.stream, one.rung, one.start_ts) for one in sent]
    assert len(set(keys)) == len(keys)
    attends = [(one.user, one.stream, one.rung) for one in sent if one.intent == "attend"]
    assert len(set(attends)) == len(attends)
    invites: dict[str, list[int]] = defaultdict(list)
    for one in sent:
        if one.intent == "invite":
            invites[one.user].append(one.send_ts)
    for times in invites.values():
        times.sort()
        assert all(b - a >= settings.min_gap_ms for a, b in pairwise(times))
        for ts in times:
            assert sum(ts - DAY <= other <= ts for other in times) <= settings.max_invites_24h
            assert sum(ts - 7 * DAY <= other <= ts for other in times) <= settings.max_invites_7d


@pytest.mark.parametrize("seed", range(12))
def test_no_rule_is_ever_broken(seed: int) -> None:
    """Caps, gap, windows, quiet hours across clock changes, consent, touches, once each."""
    world = make_world(seed)
    sent = Run(world).go()
    facts = Facts(world)
    assert sent
    for one in sent:
        check_one(facts, world.settings, one)
    check_together(world.settings, sent)


@pytest.mark.parametrize("seed", range(20, 26))
def test_a_restart_changes_nothing(seed: int) -> None:
    """Restored again and again, with users in other slots, the same reminders come out."""
    world = make_world(seed)
    undisturbed, restored = Run(world), Run(world)
    assert restored.go(restore_every=7) == undisturbed.go()
    assert restored.examples == undisturbed.examples
    assert restored.records == undisturbed.records


@pytest.mark.parametrize("seed", range(20, 26))
def test_a_restart_between_events_and_a_decision_changes_nothing(seed: int) -> None:
    """Who reserved, followed or is allowed reminders again since the last decision is not lost."""
    world = make_world(seed)
    undisturbed, restored = Run(world), Run(world)
    assert restored.go(restore_before_ticks=1) == undisturbed.go()
    assert restored.examples == undisturbed.examples
    assert restored.records == undisturbed.records
