"""The wheel: which planned reminders are due next, over all plans."""

from __future__ import annotations

from heapq import heappop, heappush

from reminders.plan_run import Planned, PlanRun

__all__ = ["Wheel"]


class Wheel:
    """A heap of plan runs by the time of their next row; asking for nothing due costs nothing."""

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, int, PlanRun]] = []
        self._serial = 0

    def __len__(self) -> int:
        return len(self._heap)

    @property
    def next_due_s(self) -> int | None:
        """When something may be due next, epoch seconds; None when nothing ever is."""
        return self._heap[0][0] if self._heap else None

    def add(self, announcement: int, run: PlanRun) -> None:
        """Put a run of the plan `announcement` on the wheel."""
        if len(run):
            self._serial += 1
            heappush(self._heap, (run.next_due_s, announcement, self._serial, run))

    def pop(self, until_s: int) -> list[tuple[int, PlanRun, Planned]]:
        """Take what is due at `until_s` or before: (plan, run, rows) by plan, then by run.

        Runs that were retired are left out; those that are not empty stay on the wheel.
        """
        due: list[tuple[int, PlanRun, Planned]] = []
        while self._heap and self._heap[0][0] <= until_s:
            _, announcement, _, run = heappop(self._heap)
            if run.retired or not len(run):
                continue
            rows = run.pop(until_s)
            if len(rows):
                due.append((announcement, run, rows))
            self.add(announcement, run)
        return sorted(due, key=lambda entry: (entry[0], entry[1].number))
