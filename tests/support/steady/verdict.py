"""Judge a steady world: what every partition had applied when it decided is in its watermarks.

The rules are those of `wirecheck`; this adds that nothing is lost, and that labels are true.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from steady.labels import check_labels
from wirecheck.barrier import Barrier
from wirecheck.dead_letters import check_dead_letters
from wirecheck.limits import Limits
from wirecheck.permission import check_person, check_show, check_time
from wirecheck.person import Person
from wirecheck.records import INPUTS, USER_INPUTS, Run, Tick, Violation, Wire
from wirecheck.rules import Rules
from wirecheck.shape import check_shape, decoded

__all__ = ["SteadyVerdict", "judge_steady"]

# Reminders are spread over the whole window, and what is left goes out with the last decision
# before the start, one a second: whoever was stopped before that one owes nothing more.
LAST_DECISION_MS = 1_000
OUTAGE_MS, SETTLED_MS = 6_000, 3_000
"""Who comes back from an outage just before a start has no minute left to give to everybody."""
FUTURE_MS = 300_000


@dataclass(slots=True)
class SteadyVerdict:
    """What came of a run.

    Attributes
    ----------
    counts : user to type of interaction to how often, as the input says.
    reminders, labels : how many were judged.
    complete : how many (partition, announcement) had to be, and were found, sent to everybody.
    missed : how many had nobody to decide in the second before the start.
    """

    violations: list[Violation] = field(default_factory=list)
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    reminders: int = 0
    labels: int = 0
    complete: int = 0
    missed: int = 0

    def summary(self) -> str:
        """The first broken rules; empty is good."""
        return "\n".join(f"{one.rule}: {one.text[:300]}" for one in self.violations[:12])


@dataclass(frozen=True, slots=True)
class _Mark:
    clock_ts: int
    ends: dict[tuple[str, int], int]
    reminders_end: int


def judge_steady(
    topics: dict[str, list[Wire]], prefix: str, rules: Rules, *, clocks_err: bool = False
) -> SteadyVerdict:
    """Judge everything that crossed the wire.

    Parameters
    ----------
    topics : records by topic name without prefix, partition by partition in order.
    clocks_err : workers whose clock is slow may refuse what is ahead of it, and say so.
    """
    verdict = SteadyVerdict()
    refused = _refused(topics, prefix) if clocks_err else set()
    unsettled = {(one.key or b"").decode() for one in topics["streams"] if one.place in refused}
    counted = {
        name: [one for one in rows if name == "streams" or one.place not in refused]
        for name, rows in topics.items()
    }
    sent: list[dict[str, Any]] = []
    for number in range(rules.partitions):
        sent += _Judge(counted, prefix, rules, number, verdict, unsettled).run()
    verdict.reminders = len(sent)
    settled = [one for one in sent if one["stream_id"] not in unsettled]
    labels = check_labels(counted, settled, unsettled)
    verdict.labels = labels.judged
    verdict.violations += labels.violations
    rejected = Run(prefix, rules, _inputs(topics), [], [], [], topics["dead-letters"], refused)
    verdict.violations += check_dead_letters(rejected)
    return verdict


def _refused(topics: dict[str, list[Wire]], prefix: str) -> set[tuple[str, int, int]]:
    """Places of the records that were ahead of the clock of the worker that read them."""
    written = {one.place: one for one in _inputs(topics)}
    places = set()
    for letter in topics["dead-letters"]:
        said = {name: value.decode() for name, value in letter.headers}
        topic = said["source_topic"].removeprefix(prefix)
        place = (topic, int(said["source_partition"]), int(said["source_offset"]))
        ahead_ms = json.loads(written[place].value or b"{}")["ts"] - int(said["ts"])
        if said["error_code"] == "future_ts" and ahead_ms > FUTURE_MS:
            places.add(place)
    return places


def _inputs(topics: dict[str, list[Wire]]) -> list[Wire]:
    return [one for name in INPUTS for one in topics[name]]


class _Judge:
    """One partition.

    `unsettled`: streams of which a worker with a slow clock refused a record, as one from the
    future. Others had taken it by then, or had not: of these streams both are right.
    """

    def __init__(
        self,
        topics: dict[str, list[Wire]],
        prefix: str,
        rules: Rules,
        number: int,
        verdict: SteadyVerdict,
        unsettled: Set[str],
    ) -> None:
        self._rules, self._number, self._verdict = rules, number, verdict
        self._unsettled = unsettled
        self._marks = list(_marks(topics["watermarks"], prefix, number))
        inputs = [one for one in _inputs(topics) if one.partition == number or _single(one)]
        ticks = [Tick(one.clock_ts, one.ends) for one in self._marks]
        self._barrier = Barrier(Run(prefix, rules, inputs, ticks, [], [], []))
        self._limits = Limits(rules)
        self._waiting = [one for one in topics["reminders"] if one.partition == number][::-1]
        self._got: dict[tuple[str, int], set[str]] = {}
        self._first: dict[tuple[str, int], set[str]] = {}
        self._last: dict[tuple[str, int], _Mark | None] = {}

    def run(self) -> list[dict[str, Any]]:
        """Go through the watermarks; return the reminders."""
        found: list[dict[str, Any]] = []
        for mark, _ in zip(self._marks, self._barrier.ticks(), strict=True):
            for record in self._upto(mark.reminders_end):
                reminder = decoded(record) or {}
                found.append(reminder)
                self._verdict.violations += check_shape(record, self._rules)
                self._verdict.violations += self._check(reminder, mark)
            self._note(mark)
        self._verdict.violations += self._limits.caps()
        self._verdict.violations += [
            Violation("watermarks", f"none covers {one.place}") for one in self._waiting
        ]
        self._verdict.counts |= {
            name: dict(person.counts) for name, person in self._barrier.people.items()
        }
        return found

    def _upto(self, end: int) -> Iterator[Wire]:
        while self._waiting and self._waiting[-1].offset < end:
            yield self._waiting.pop()

    def _check(self, reminder: dict[str, Any], mark: _Mark) -> Iterator[Violation]:
        user, stream = reminder["user_id"], reminder["stream_id"]
        person = self._barrier.people.get(user)
        show = self._barrier.schedule.shows.get(stream)
        life = self._barrier.incarnation[user]
        if stream not in self._unsettled:
            yield from check_show(reminder, show, mark.clock_ts, self._rules)
        yield from check_person(reminder, person, show)
        yield from self._limits.check(reminder, person, show, life)
        if person is not None:
            yield from check_time(reminder, person, self._rules)
        self._got.setdefault((stream, reminder["start_ts"]), set()).add(user)

    def _note(self, mark: _Mark) -> None:
        """See who must get what: at the first mark of an announcement and at its last."""
        for stream_id, show in self._barrier.schedule.shows.items():
            if not show.scheduled or stream_id in self._unsettled:
                continue
            place = (stream_id, int(show.fields["start_ts"]))
            if place not in self._first:
                self._first[place] = self._permitted(stream_id, mark.clock_ts, place[1])
                before = [one for one in self._marks if one.clock_ts < place[1]]
                self._last[place] = before[-1] if before else None
            if self._last[place] is mark:
                self._complete(place, mark)

    def _complete(self, place: tuple[str, int], last: _Mark) -> None:
        stream_id, start_ts = place
        decided = self._decided_before(start_ts)
        back = max((b for a, b in pairwise(decided) if b - a > OUTAGE_MS), default=0)
        if start_ts - last.clock_ts > LAST_DECISION_MS or start_ts - back < SETTLED_MS:
            self._verdict.missed += 1
            return
        wanted = self._first[place] & self._permitted(stream_id, last.clock_ts, start_ts)
        lost = wanted - self._got.get(place, set())
        self._verdict.complete += 1
        if lost:
            before = [start_ts - ts for ts in decided[-3:]]
            text = (
                f"{place} in {self._number}: {len(lost)} of {len(wanted)}: {sorted(lost)[:5]};"
                f" last decided {before} ms before the start"
            )
            self._verdict.violations.append(Violation("lost", text))

    def _decided_before(self, ts: int) -> list[int]:
        """When the partition decided before a moment, epoch ms, in order."""
        return sorted({one.clock_ts for one in self._marks if one.clock_ts < ts})

    def _permitted(self, stream_id: str, ts: int, start_ts: int) -> set[str]:
        return {
            name
            for name, person in self._barrier.people.items()
            if self._may(person, stream_id, ts, start_ts)
        }

    def _may(self, person: Person, stream_id: str, ts: int, start_ts: int) -> bool:
        reserved = person.reservations.get(stream_id, (0, False))[1]
        touched = stream_id in person.touched and not reserved
        free = person.allows("push") and person.allows("personalization") and not person.muted
        quiet = any(person.quiet_at(at, self._rules) for at in range(ts, start_ts + 1, 30_000))
        known = "timezone" in person.profile
        room = len(person.invites) < self._rules.max_invites_24h
        return known and free and room and not (touched or quiet or stream_id in person.attended)


def _single(one: Wire) -> bool:
    return one.topic == "streams"


def _marks(records: list[Wire], prefix: str, number: int) -> Iterator[_Mark]:
    for record in records:
        mark = json.loads(record.value or b"{}")
        if mark["partition"] == number:
            ends = {
                (topic, 0 if topic == "streams" else number): int(
                    mark["offsets"].get(prefix + topic, 0)
                )
                for topic in (*USER_INPUTS, "streams")
            }
            yield _Mark(mark["clock_ts"], ends, mark["reminders_end_offset"])
