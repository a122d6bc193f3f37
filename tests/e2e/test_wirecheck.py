"""The checker of the e2e tests can fail: each rule, broken on purpose, is found broken."""

from __future__ import annotations

import pytest
from testbed.planting import (
    ATTEND,
    FIRST,
    MINUTE,
    PERSON,
    REMINDER,
    SENT,
    SHOW,
    START,
    Plant,
    both,
    broken,
    change,
    do,
    played,
    say,
    void,
)
from wirecheck.verdict import judge


def test_a_faultless_run_breaks_nothing() -> None:
    """Without anything planted there is nothing to find."""
    assert judge(played(change())).summary() == ""


FINE: list[Plant] = [
    ATTEND,
    both(ATTEND, do("reserve", ts=SENT - 4)),
    both(do("reserve_cancel", ts=SENT - 9), ATTEND),
    say("profiles", consent={"push": True}),
    both(say("profiles", consent={"push": False}, ts=SENT - 9), say("profiles", consent=None)),
    both(say("profiles", consent={"personalization": False}), do("follow", host_id="h")),
    say("profiles", "other", erase=True),
    say("profiles", quiet_hours={"start": "18:01", "end": "18:00"}),
    say("profiles", quiet_hours={"start": "17:00", "end": "18:00"}),
    say("profiles", quiet_hours={"start": "18:00", "end": "18:00"}),
    both(say("profiles", locale="de-DE"), change(locale="en")),
    both(say("profiles", "u", erase=True, ts=SENT - 90), say("profiles", **PERSON | {"ts": SENT})),
]


@pytest.mark.parametrize("plant", FINE)
def test_what_is_allowed_is_let_pass(plant: Plant) -> None:
    """A checker that objects to everything proves nothing either."""
    assert broken(played(plant)) == set()


BROKEN: list[tuple[str, Plant]] = [
    ("schema", lambda _, reminder: void(reminder.pop("score"))),
    ("schema", change(score=1.01)),
    ("schema", change(score="0.5")),
    ("schema", change(propensity=0)),
    ("schema", change(send_ts=float(SENT))),
    ("schema", change(channel="sms")),
    ("schema", change(reasons=[])),
    ("schema", change(reasons=[{"code": "a", "text": ""}])),
    ("schema", change(policy="greedy")),
    ("schema", change(reminder_id="x" * 129)),
    ("schema", change(media={"url": "https://x/c"})),
    ("schema", change(actions=[{"type": "buy", "label": "x", "url": "y"}])),
    ("unfilled slot", change(title="Hi {{ nickname }}")),
    ("unfilled slot", change(body="None is live")),
    ("reasons", change(reasons=[{"code": "a", "text": "b", "weight": w} for w in (0.1, 0.2)])),
    ("actions", both(ATTEND, change(actions=REMINDER["actions"]))),
    ("send_ts", change(send_ts=SENT + 1)),
    ("send_ts", change(send_ts=FIRST)),
    ("1 cancelled", say("streams", "s", status="cancelled")),
    ("1 cancelled", lambda script, _: void(script.say("streams", "s", None))),
    ("1 live", say("streams", "s", status="live")),
    ("1 ended", say("streams", "s", status="ended")),
    ("1 moved", say("streams", "s", **SHOW | {"ts": SENT - 1, "start_ts": START + 1})),
    ("1 expires", change(expires_ts=START + 1)),
    ("1 window", change(rung="15m")),
    ("1 window", change(rung="3d")),
    ("2 quiet hours", say("profiles", quiet_hours={"start": "18:00", "end": "18:01"})),
    ("2 quiet hours", say("profiles", quiet_hours={"start": "17:00", "end": "05:00"})),
    (
        "2 quiet hours",
        both(ATTEND, say("profiles", quiet_hours={"start": "18:00", "end": "19:00"})),
    ),
    ("5 invite", do("reserve")),
    ("5 invite", both(do("reserve"), do("reserve_cancel", ts=SENT - 1))),
    ("5 invite", do("enter")),
    ("5 invite", do("watch")),
    ("5 attend", change(intent="attend", actions=[])),
    ("5 attend", both(ATTEND, do("reserve_cancel", ts=SENT - 1))),
    ("5 in it", both(ATTEND, do("enter"))),
    ("6 consent", say("profiles", consent={"push": False})),
    ("6 consent", both(say("profiles", consent={"push": False}), say("profiles", consent={}))),
    ("6 muted", say("feedback", event_id="m", type="muted")),
    ("6 personalization", say("profiles", consent={"personalization": False})),
    (
        "6 nominal",
        both(
            say("profiles", consent={"personalization": False}),
            do("follow", host_id="h"),
            change(send_ts=SENT - MINUTE),
        ),
    ),
    ("8 erased", say("profiles", erase=True)),
    ("8 erased", lambda script, _: void(script.say("profiles", "u", None))),
    ("8 erased", both(say("profiles", erase=True), do("like", ts=SENT - 6))),
    ("8 erased", change(user_id="nobody")),
    ("max_invites", say("streams", "s", **SHOW | {"ts": SENT - 1, "max_invites": 0})),
    ("host", change(host_id="g")),
    ("deeplink", change(deeplink="app://other")),
    ("cover", change(media={"url": "https://x/d", "kind": "image"})),
    ("cover", change(cover_id=None)),
    ("locale", change(locale="en")),
    ("copy", change(title="Bob!")),
    ("copy", say("profiles", nickname=None)),
    ("copy", say("streams", "s", **{**SHOW, "ts": SENT - 1, "copies": []})),
    ("watermarks", lambda script, _: script.mark.update(offsets={})),
    ("watermarks", lambda script, _: script.mark.update(reminders_end_offset=0)),
    ("watermarks", lambda script, _: script.mark.update(reminders_end_offset=7)),
    ("watermarks", lambda script, _: script.mark.update(clock_ts=5)),
]


@pytest.mark.parametrize(("rule", "plant"), BROKEN)
def test_what_is_broken_is_found(rule: str, plant: Plant) -> None:
    """The rule is named; others may be broken along with it."""
    assert rule in broken(played(plant))
