"""All rules over one run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from wirecheck.barrier import Barrier
from wirecheck.dead_letters import check_dead_letters
from wirecheck.emissions import Emissions
from wirecheck.limits import Limits
from wirecheck.permission import check_person, check_show, check_time
from wirecheck.person import Person
from wirecheck.records import Run, Violation, Wire
from wirecheck.shape import check_shape, decoded
from wirecheck.wording import check_wording

__all__ = ["Verdict", "judge"]


class Verdict:
    """What is wrong with a run, and what the input says of each user at its end.

    Attributes
    ----------
    violations : every broken rule; empty is good.
    people : users known at the end, with exact counts of their interactions.
    """

    def __init__(self, violations: list[Violation], people: dict[str, Person]) -> None:
        self.violations = violations
        self.people = people

    def summary(self, examples: int = 3) -> str:
        """How often each rule was broken, with some examples."""
        counts = Counter(one.rule for one in self.violations)
        lines = [f"{rule}: {count}" for rule, count in counts.most_common()]
        for rule in counts:
            texts = [one.text for one in self.violations if one.rule == rule]
            lines += [f"  {rule}: {text[:500]}" for text in texts[:examples]]
        return "\n".join(lines)


def judge(run: Run) -> Verdict:
    """Check a run with `clock = "topic"` against the contract."""
    violations: list[Violation] = []
    sound: dict[tuple[str, int, int], dict[str, Any]] = {}
    for record in run.reminders:
        found = list(check_shape(record, run.rules))
        reminder = decoded(record)
        if reminder is not None and not any(one.rule == "schema" for one in found):
            sound[record.place] = reminder
        violations += found
    emissions, barrier, limits = Emissions(run), Barrier(run), Limits(run.rules)
    violations += emissions.violations()
    by_tick = emissions.by_tick()
    for before, tick in barrier.ticks():
        records = [one for one in by_tick.get(tick.ts, []) if one.place in sound]
        for record in sorted(records, key=lambda one: one.place):
            span = (before, tick.ts)
            violations += _check_one(run, barrier, limits, sound[record.place], span)
    violations += limits.caps()
    violations += check_dead_letters(run)
    violations += _uncovered(by_tick.get(-1, []))
    return Verdict(violations, barrier.people)


def _uncovered(records: list[Wire]) -> Iterator[Violation]:
    for record in records:
        yield Violation("watermarks", f"none covers the reminder at {record.place}")


def _check_one(
    run: Run, barrier: Barrier, limits: Limits, reminder: dict[str, Any], span: tuple[int, int]
) -> Iterator[Violation]:
    user, (before, tick_ts) = reminder["user_id"], span
    if not before < reminder["send_ts"] <= tick_ts:
        yield Violation("send_ts", f"{reminder['reminder_id']}: not in ({before}, {tick_ts}]")
    person = barrier.people.get(user)
    show = barrier.schedule.shows.get(reminder["stream_id"])
    yield from check_show(reminder, show, tick_ts, run.rules)
    yield from check_person(reminder, person, show)
    yield from limits.check(reminder, person, show, barrier.incarnation[user])
    if person is not None:
        step_ms = tick_ts - before if before >= 0 else 0
        yield from check_time(reminder, person, run.rules, step_ms)
    if person is not None and show is not None:
        yield from check_wording(reminder, person, show, barrier.schedule, run.rules)
