"""How many: one per (user, stream, rung, start), caps of invitations, max_invites of a stream."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from wirecheck.person import Invite, Person
from wirecheck.records import Violation
from wirecheck.rules import HOUR_MS, Rules
from wirecheck.schedule import Show

__all__ = ["Limits"]

DAY_MS = 24 * HOUR_MS


class Limits:
    """Rules 3 and 4, ids, and `max_invites`, over one run."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._seen_ids: dict[str, set[int]] = defaultdict(set)
        self._id_of: dict[tuple[Any, ...], str] = {}
        self._subject_of: dict[str, tuple[Any, ...]] = {}
        self._invites_of: dict[tuple[str, str, int], int] = defaultdict(int)
        self._people: dict[int, Person] = {}

    def check(
        self, reminder: dict[str, Any], person: Person | None, show: Show | None, life: int
    ) -> Iterator[Violation]:
        """Count one reminder; `life` is how often its user was erased before."""
        name, user, stream, rung, start_ts = (
            reminder[key] for key in ("reminder_id", "user_id", "stream_id", "rung", "start_ts")
        )
        subject = (user, stream, rung, start_ts)
        if life in self._seen_ids[name]:
            yield Violation("4 once", f"{name} a second time")
        self._seen_ids[name].add(life)
        if self._id_of.setdefault(subject, name) != name:
            yield Violation("4 once", f"{subject}: {name} after {self._id_of[subject]}")
        if self._subject_of.setdefault(name, subject) != subject:
            yield Violation("id", f"{name}: {subject} and {self._subject_of[name]}")
        if reminder["intent"] != "invite":
            return
        if person is not None:
            person.invites.append(Invite(reminder["send_ts"], name))
            self._people[id(person)] = person
        self._invites_of[stream, rung, start_ts] += 1
        most = None if show is None else show.fields.get("max_invites")
        if most is not None and self._invites_of[stream, rung, start_ts] > most:
            yield Violation("max_invites", f"{name}: more than {most} to {stream} at {rung}")

    def caps(self) -> Iterator[Violation]:
        """Rule 3, over everybody, once all reminders are counted."""
        rules = self._rules
        for person in self._people.values():
            sent = sorted(person.invites, key=lambda one: one.send_ts)
            for rule, apart, span in (
                ("3 gap", 1, rules.min_gap_ms),
                ("3 24 h", rules.max_invites_24h, DAY_MS),
                ("3 7 d", rules.max_invites_7d, 7 * DAY_MS),
            ):
                for one, other in zip(sent, sent[apart:], strict=False):
                    if other.send_ts - one.send_ts < span:
                        yield Violation(rule, f"{person.user_id}: {one} and {other}, {apart} apart")
