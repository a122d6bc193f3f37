"""A whole world: people, streams, flaws, and answers to reminders, in order of writing."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from typing import Any

from simworld.behaviour import interactions
from simworld.dwellers import dwellers
from simworld.flaws import flaws
from simworld.programme import programme
from simworld.reaction import reactions
from simworld.spec import SimulatedRecord, WorldSpec

__all__ = ["World"]


class World:
    """Seeded, and independent of Livecue; what it writes depends on the reminders it is shown."""

    def __init__(self, spec: WorldSpec) -> None:
        self.spec = spec
        hosts = max(spec.streams // 6, 5)
        shows = programme(spec, hosts)
        people = dwellers(spec, hosts)
        self._gone = {one.user_id: one.gone for one in people if one.gone != (0, 0)}
        self._waiting: list[tuple[int, int, SimulatedRecord]] = []
        self._written = 0
        for show in shows:
            self._add(show.records)
        for person in people:
            self._add(person.records)
            self._add(interactions(spec, person, shows))
        self._add(flaws(spec))

    def ticks(self) -> list[int]:
        """All ticks, epoch ms."""
        return self.spec.ticks()

    def until(self, ts: int) -> list[SimulatedRecord]:
        """What is written up to and with `ts` that was not given before, in order of writing."""
        found = []
        while self._waiting and self._waiting[0][0] <= ts:
            found.append(heapq.heappop(self._waiting)[2])
        return found

    def show(self, reminders: Iterable[dict[str, Any]], now: int) -> None:
        """Let people answer reminders that they got by `now`, in any order of `reminders`."""
        for reminder in sorted(reminders, key=lambda one: str(one["reminder_id"])):
            self._add(reactions(self.spec, reminder, now))

    def _add(self, records: Iterable[SimulatedRecord]) -> None:
        for record in records:
            start, end = self._gone.get(record.key, (0, 0))
            if record.value is not None and start <= record.at < end:
                continue
            self._written += 1
            heapq.heappush(self._waiting, (record.at, self._written, record))
