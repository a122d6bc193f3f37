"""Drive a simulated world through real workers, tick by tick, and keep what crossed the wire."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from simworld.spec import SimulatedRecord
from testbed.bus import Bus
from testbed.workers import Workers
from wirecheck.records import Run, Tick
from wirecheck.rules import Rules

__all__ = ["Drivable", "Drive", "drive"]

TICK_S = 90.0


class Drivable(Protocol):
    """What writes records as simulated time goes by."""

    def ticks(self) -> Sequence[int]:
        """All ticks, epoch ms."""

    def until(self, ts: int) -> Sequence[SimulatedRecord]:
        """What is written up to and with `ts` and was not given before."""

    def show(self, reminders: Iterable[dict[str, Any]], now: int) -> None:
        """Learn of reminders that were sent by `now`."""


@dataclass(frozen=True, slots=True)
class Drive:
    """How a world is driven.

    Attributes
    ----------
    disturb : called before a tick is written and again before it is awaited; may kill workers.
    settings : more `LIVECUE_*` variables.
    """

    world: Drivable
    workers: int = 2
    rules: Rules = field(default_factory=Rules)
    settings: Mapping[str, str] = field(default_factory=dict)
    disturb: Callable[[Workers], None] | None = None


def drive(plan: Drive, bootstrap_servers: str, prefix: str, folder: Path) -> Run:
    """Run a world from its first tick to its last.

    Raises
    ------
    AssertionError
        A worker ended, or a tick's watermarks did not come, with the ends of the logs.
    """
    environment = {
        "LIVECUE_KAFKA__BOOTSTRAP_SERVERS": bootstrap_servers,
        "LIVECUE_REDIS__URL": "",
        "LIVECUE_CLOCK": "topic",
        "LIVECUE_TOPICS__PREFIX": prefix,
        "LIVECUE_TOPICS__PARTITIONS": str(plan.rules.partitions),
        **plan.settings,
    }
    crew = Workers(folder, plan.workers, environment)
    created = crew.livecue("topics", "--json")
    assert created.returncode == 0, created.stderr
    with crew, Bus(bootstrap_servers, prefix, plan.rules.partitions) as bus:
        run = _Driven(plan, bus, crew, prefix).run()
        assert bus.stored_ends() == bus.ends
        return run


class _Driven:
    def __init__(self, plan: Drive, bus: Bus, crew: Workers, prefix: str) -> None:
        self._plan, self._bus, self._crew = plan, bus, crew
        self._world = plan.world
        self._shown = 0
        self._out = Run(
            prefix,
            plan.rules,
            bus.written,
            [],
            bus.read["reminders"],
            bus.read["watermarks"],
            bus.read["dead-letters"],
        )

    def run(self) -> Run:
        for ts in self._world.ticks():
            for record in self._world.until(ts):
                self._write(record)
            self._disturb()
            self._bus.tick(ts)
            self._out.ticks.append(Tick(ts, dict(self._bus.ends)))
            self._disturb()
            self._await(ts)
            fresh = self._bus.read["reminders"][self._shown :]
            self._shown += len(fresh)
            self._world.show((json.loads(one.value or b"{}") for one in fresh), ts)
        self._bus.poll_until(self._all_letters, 10, self._crew.check)
        return self._out

    def _disturb(self) -> None:
        if self._plan.disturb is not None:
            self._plan.disturb(self._crew)

    def _write(self, record: SimulatedRecord) -> None:
        value = record.value
        raw = json.dumps(value, ensure_ascii=False).encode() if isinstance(value, dict) else value
        written = self._bus.write(record.topic, record.key.encode(), raw)
        if record.bad:
            self._out.bad.add(written.place)
        if record.bad_copy:
            self._out.bad_copies.add(written.place)

    def _await(self, ts: int) -> None:
        arrived = _Arrival(self._bus, ts)
        if not self._bus.poll_until(arrived.complete, TICK_S, self._crew.check):
            raise AssertionError(f"tick {ts}: {arrived.ends}\n{self._crew.log()}")

    def _all_letters(self) -> bool:
        expected = len(self._out.bad | self._out.bad_copies)
        return len(self._out.dead_letters) >= expected


class _Arrival:
    """Whether all watermarks of a tick, and the reminders before them, have been read."""

    def __init__(self, bus: Bus, ts: int) -> None:
        self._bus, self._ts = bus, ts
        # Watermarks of this tick come after those of the tick before.
        self._looked = max(len(bus.read["watermarks"]) - 1, 0)
        self.ends: dict[int, int] = {}

    def complete(self) -> bool:
        marks = self._bus.read["watermarks"]
        for record in marks[self._looked :]:
            mark = json.loads(record.value or b"{}")
            if mark["clock_ts"] == self._ts:
                self.ends[mark["partition"]] = mark["reminders_end_offset"]
        self._looked = len(marks)
        read = self._bus.reminder_ends
        return self.ends.keys() == read.keys() and all(
            read[number] >= end for number, end in self.ends.items()
        )
