"""What was in force at each tick: the records before it, in the contract's order."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from wirecheck.person import Person, switch
from wirecheck.records import Run, Tick, Wire
from wirecheck.rules import HOUR_MS
from wirecheck.schedule import Schedule

__all__ = ["Barrier"]

ORDER = {"profiles": 0, "streams": 1, "interactions": 2, "feedback": 3}
DAY_MS = 24 * HOUR_MS


class Barrier:
    """Users and streams, moved on tick by tick.

    Attributes
    ----------
    people : users known now; an erased user is gone, and new when they come back.
    incarnation : user to how often they were erased.
    """

    def __init__(self, run: Run) -> None:
        self.people: dict[str, Person] = {}
        self.schedule = Schedule()
        self.incarnation: dict[str, int] = defaultdict(int)
        self._erased_ts: dict[str, int] = {}
        self._run = run
        self._waiting: dict[tuple[str, int], list[Wire]] = defaultdict(list)
        for record in sorted(run.inputs, key=lambda one: -one.offset):
            self._waiting[record.topic, record.partition].append(record)

    def ticks(self) -> Iterator[tuple[int, Tick]]:
        """Yield (tick before, tick) with everything applied that lies before the tick."""
        before = -(2**62)
        for tick in self._run.ticks:
            self._advance(tick)
            yield before, tick
            before = tick.ts

    def _advance(self, tick: Tick) -> None:
        batch: list[tuple[int, int, int, Wire, dict[str, Any] | None]] = []
        for (topic, partition), end in tick.ends.items():
            waiting = self._waiting[topic, partition]
            while waiting and waiting[-1].offset < end:
                record = waiting.pop()
                if record.place in self._run.bad:
                    continue
                fields = None if record.value is None else json.loads(record.value)
                ts = tick.ts if fields is None else fields["ts"]
                batch.append((ts, ORDER[topic], record.offset, record, fields))
        for ts, _, _, record, fields in sorted(batch, key=lambda one: one[:3]):
            self._apply(record, fields, ts, tick.ts)

    def _apply(self, record: Wire, fields: dict[str, Any] | None, ts: int, now: int) -> None:
        name = (record.key or b"").decode()
        if record.topic == "streams":
            self.schedule.apply(name, fields)
        elif record.topic == "profiles" and (fields is None or fields.get("erase") is True):
            self.people.pop(name, None)
            self.incarnation[name] += 1
            self._erased_ts[name] = max(ts, self._erased_ts.get(name, ts))
        elif fields is not None and not self._forgotten(name, ts, now):
            self._take(record.topic, name, fields)

    def _forgotten(self, name: str, ts: int, now: int) -> bool:
        erased_ts = self._erased_ts.get(name)
        return erased_ts is not None and ts < erased_ts and now <= erased_ts + DAY_MS

    def _take(self, topic: str, name: str, fields: dict[str, Any]) -> None:
        if topic == "feedback":
            person = self.people.get(name)
            if person is not None and fields["type"] in ("muted", "unmuted"):
                switch(person.switches, "muted", fields["ts"], fields["type"] == "muted")
            return
        person = self.people.setdefault(name, Person(name))
        if topic == "profiles":
            person.update(fields, fields["ts"])
        else:
            person.act(fields, self._run.rules.dedup_ms)
