"""A simulated world through real workers: every rule kept, and nothing depends on who works."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

from replica.counts import restored_counts
from replica.given import given_invites
from simworld.sizes import SPEC
from testbed.killer import KILLS, Killer
from wirecheck.records import Run
from wirecheck.verdict import judge

Driver = Callable[[int, Killer | None], Run]


def reminders(run: Run) -> dict[str, dict[str, Any]]:
    """Reminders by id and time, so that one that comes after an erasure is one of its own."""
    decoded = [json.loads(one.value or b"{}") for one in run.reminders]
    return {f"{one['reminder_id']} {one['send_ts']}": one for one in decoded}


def differences(run: Run, other: Run) -> list[str]:
    """What one run sent and another did not, or otherwise; the first few."""
    mine, theirs = reminders(run), reminders(other)
    found = [f"only {'first' if key in mine else 'second'}: {key}" for key in mine.keys() ^ theirs]
    for key in mine.keys() & theirs.keys():
        one, two = mine[key], theirs[key]
        found += [
            f"{key}: {name} {one[name]} {two[name]}" for name in one if one[name] != two[name]
        ]
    return sorted(found)[:20]


def assert_counts_exact(run: Run, kafka: str) -> None:
    """What the workers committed of every user is what the input says, to the last event."""
    expected = {name: dict(person.counts) for name, person in judge(run).people.items()}
    assert restored_counts(kafka, run.prefix, run.rules.partitions) == expected


def test_every_rule_of_the_contract_is_kept(undisturbed: Run) -> None:
    """The checker, which shares no code with Livecue, finds nothing."""
    assert judge(undisturbed).summary() == ""


def test_the_world_asks_for_everything(undisturbed: Run) -> None:
    """Rules that nothing puts to the test are not tested."""
    sent = reminders(undisturbed).values()
    kinds = Counter((one["rung"], one["intent"]) for one in sent)
    assert min(kinds[rung, intent] for rung in ("24h", "2h") for intent in ("invite", "attend")) > 5
    assert kinds["15m", "attend"] > 5
    assert {one["policy"] for one in sent} == {"exploit", "explore"}
    assert {one["locale"].split("-")[0] for one in sent} == {"zh", "en"}
    assert {one["copy_id"] is None or one["copy_id"].startswith("t") for one in sent} == {
        True,
        False,
    }
    assert {one["media"] is None for one in sent} == {True, False}
    assert len({one["user_id"] for one in sent}) > len(judge(undisturbed).people) / 4
    assert undisturbed.bad
    assert undisturbed.bad_copies


def test_partitions_trade_quotas(undisturbed: Run, kafka: str) -> None:
    """So what holds of reminders whoever is killed holds of traded quotas too."""
    assert given_invites(kafka, undisturbed.prefix) > 5


def test_every_count_is_exact(undisturbed: Run, kafka: str) -> None:
    """Repeats, late events and erasures included."""
    assert_counts_exact(undisturbed, kafka)


def test_killed_workers_change_nothing(undisturbed: Run, run_world: Driver, kafka: str) -> None:
    """Two workers, five times `kill -9`: what one sends alone, each once, every rule kept.

    Byte by byte: ids, times, words, scores; and counts are exact.
    """
    killer = Killer(len(SPEC.ticks()))
    run = run_world(2, killer)
    assert killer.kills == KILLS
    assert differences(undisturbed, run) == []
    assert_counts_exact(run, kafka)
    assert judge(run).summary() == ""
