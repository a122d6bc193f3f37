"""Which tick sent which reminder, by the watermarks, and whether the watermarks are right."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from wirecheck.records import INPUTS, USER_INPUTS, Run, Violation, Wire

__all__ = ["Emissions"]


class Emissions:
    """Watermarks by (tick, partition), and the reminders of each tick by them."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._marks: dict[tuple[int, int], list[tuple[Wire, dict[str, Any]]]] = defaultdict(list)
        for record in run.watermarks:
            mark = json.loads(record.value or b"{}")
            self._marks[mark["clock_ts"], mark["partition"]].append((record, mark))
        self._by_partition: dict[int, list[Wire]] = defaultdict(list)
        for record in sorted(run.reminders, key=lambda one: one.offset):
            self._by_partition[record.partition].append(record)

    def by_tick(self) -> dict[int, list[Wire]]:
        """Tick to the reminders in its transactions; key −1: those that no watermark covers."""
        found: dict[int, list[Wire]] = defaultdict(list)
        for partition in range(self._run.rules.partitions):
            waiting = self._by_partition[partition][::-1]
            for tick in self._run.ticks:
                for _, mark in self._marks.get((tick.ts, partition), [])[:1]:
                    while waiting and waiting[-1].offset < mark["reminders_end_offset"]:
                        found[tick.ts].append(waiting.pop())
            found[-1] += waiting
        return found

    def violations(self) -> Iterator[Violation]:
        """Violations of the section `watermarks`."""
        ticks = {tick.ts for tick in self._run.ticks}
        for clock_ts, partition in self._marks:
            if clock_ts not in ticks or not 0 <= partition < self._run.rules.partitions:
                yield Violation("watermarks", f"{partition} at {clock_ts}, which is no tick")
        for partition in range(self._run.rules.partitions):
            ends = {0} | {record.offset + 1 for record in self._by_partition[partition]}
            reached = 0
            for tick in self._run.ticks:
                marks = self._marks.get((tick.ts, partition), [])
                if len(marks) != 1:
                    yield Violation("watermarks", f"{len(marks)} of {partition} at {tick.ts}")
                for record, mark in marks:
                    yield from self._check_mark(record, mark, tick.ends)
                    end = mark["reminders_end_offset"]
                    if end not in ends or end < reached:
                        yield Violation(
                            "watermarks", f"reminders_end_offset {end} of {partition} at {tick.ts}"
                        )
                    reached = max(reached, end)
            if reached != max(ends):
                yield Violation("watermarks", f"{partition}: reminders after the last one")

    def _check_mark(
        self, record: Wire, mark: dict[str, Any], ends: dict[tuple[str, int], int]
    ) -> Iterator[Violation]:
        partition = mark["partition"]
        if record.key != str(partition).encode():
            yield Violation("watermarks", f"key {record.key!r} of {partition}")
        expected = {
            self._run.prefix + topic: ends[topic, partition if topic in USER_INPUTS else 0]
            for topic in INPUTS
        }
        if mark["offsets"] != expected:
            yield Violation(
                "watermarks",
                f"{partition} at {mark['clock_ts']}: {mark['offsets']} is not {expected}",
            )
