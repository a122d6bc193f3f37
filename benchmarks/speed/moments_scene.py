"""When things happen: how fresh what a decision knows is, and how punctual reminders are."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import orjson

from benchmarks.speed.deployment import ALL_ELIGIBLE, Deployment, Worker
from benchmarks.speed.figure import say, tell
from benchmarks.speed.freshness import Probes
from benchmarks.speed.load import prepared_load
from benchmarks.speed.population import HOST, Population
from benchmarks.speed.scene import Scene, row
from benchmarks.speed.scheduling import Schedule, now_ms
from benchmarks.speed.watching import Reminders, Watermarks
from online_models.prior import PriorInputs, prior

__all__ = ["MomentsScene"]

MINUTE_MS = 60_000
LEAD_MS = 4_000
SLOT_MS = 300_000
LOAD_LEAD_S = 5.0
# A minute wide; who refuses personalization gets theirs 2 minutes before the start exactly.
RUNGS = '[{"name":"15m","opens_minutes":2,"closes_minutes":1,"nominal_minutes":1}]'
PROBE_RUNGS = '[{"name":"15m","opens_minutes":4,"closes_minutes":1,"nominal_minutes":2}]'


class MomentsScene:
    """Punctuality with a quiet input, then freshness under load, on one population."""

    def __init__(self, scene: Scene) -> None:
        self._sizes = scene.sizes
        self._deployment = Deployment(scene.bootstrap_servers, "moments", environment=ALL_ELIGIBLE)
        self._people = Population(self._deployment, self._sizes.moments_users)

    def run(self) -> None:
        """Load the population, then both rows."""
        self._deployment.create()
        marks, schedule = Watermarks(self._deployment), Schedule(self._deployment)
        try:
            self._with_quiet_input(marks, schedule)
            probes = Probes(self._deployment, self._sizes.probe_streams)
            figures = ("freshness_p99_ms", "freshness_p50_ms")
            with (
                row("freshness", 240, *figures),
                self._deployment.worker(
                    LIVECUE_RUNGS=PROBE_RUNGS, LIVECUE_DECISION__SEND_PRICE=f"{probe_price():.4f}"
                ) as worker,
            ):
                self._freshness(marks, worker, schedule, probes)
        finally:
            schedule.close()
            marks.close()

    def _with_quiet_input(self, marks: Watermarks, schedule: Schedule) -> None:
        figures = ("punctuality_p99_s", "punctuality_earliest_s", "punctuality_after_start")
        with self._deployment.worker(LIVECUE_RUNGS=RUNGS) as worker:
            with row("users of freshness and punctuality arrive", 120):
                self._load(marks, worker)
            with row("punctuality", 180, *figures):
                self._punctuality(worker, schedule)

    def _load(self, marks: Watermarks, worker: Worker) -> None:
        records, profiles = self._people.introduce(), self._deployment.topic("profiles")
        marks.wait(
            lambda: marks.done() >= records and marks.done(profiles) >= self._people.size,
            115,
            "the users are known",
            worker,
        )

    def _punctuality(self, worker: Worker, schedule: Schedule) -> None:
        due = self._sizes.due_users
        opens = _whole_minute(now_ms() + LEAD_MS)
        start_ts = opens + 2 * MINUTE_MS
        reminders = Reminders(self._deployment)
        try:
            schedule.announce("punctual", HOST, start_ts, now_ms(), max_invites=due)
            time.sleep((start_ts - MINUTE_MS - now_ms()) / 1_000)
            worker.check()
            time.sleep(3.0)
            seen = [(at, orjson.loads(value)) for at, _, value in reminders.records]
        finally:
            reminders.close()
        if len(seen) < 0.9 * due:
            raise RuntimeError(f"{len(seen)} reminders came of {due}")
        self._tell_punctuality(seen, opens / 1_000)

    def _tell_punctuality(self, seen: list[tuple[float, Mapping[str, int]]], opens: float) -> None:
        visible = np.array([at for at, _ in seen])
        sent = np.array([value["send_ts"] for _, value in seen]) / 1_000
        start = np.array([value["start_ts"] for _, value in seen]) / 1_000
        late = visible - sent
        # Minutes are drawn evenly over the window: the i-th of n is expected at i / n of it.
        even = opens + 60.0 * (np.arange(len(seen)) + 0.5) / len(seen)
        behind = np.sort(visible) - even
        about = {
            "reminders": len(seen),
            "p50_s": round(float(np.quantile(late, 0.5)), 3),
            "max_s": round(float(late.max()), 3),
            "behind_even_p99_s": round(float(np.quantile(behind, 0.99)), 3),
        }
        tell("punctuality_p99_s", float(np.quantile(late, 0.99)), "s", **about)
        tell("punctuality_earliest_s", float(late.min()), "s")
        tell("punctuality_after_start", int((visible >= start).sum()), "reminders")

    def _freshness(
        self, marks: Watermarks, worker: Worker, schedule: Schedule, probes: Probes
    ) -> None:
        before, users = marks.done(), probes.introduce()
        marks.wait(lambda: marks.done() >= before + users, 110, "the probes are known", worker)
        say(f"    {users:,} probes")
        sizes, reminders = self._sizes, Reminders(self._deployment)
        seconds = sizes.probe_streams + LOAD_LEAD_S + 2.0
        load = (self._deployment, sizes.moments_users, sizes.load_per_s, seconds)
        try:
            with prepared_load(*load) as events:
                # All streams are weighed for all users when they come; then the load begins.
                weighing_s = 8.0 + sizes.probe_streams * sizes.moments_users * 3e-6
                probes.announce(schedule, weighing_s + LOAD_LEAD_S)
                time.sleep(weighing_s)
                events.begin()
                probes.run()
                worker.check()
                loaded = events.per_s()
            say(f"    {len(reminders.records):,} reminders")
            ages = probes.ages_ms(reminders.records)
        finally:
            reminders.close()
        about = {
            "decisions": len(ages),
            "events_per_s": round(loaded),
            "max_ms": round(float(ages.max()), 1),
            "resolution_ms": probes.STEP_S * 1_000,
        }
        tell("freshness_p99_ms", float(np.quantile(ages, 0.99)), "ms", **about)
        tell("freshness_p50_ms", float(np.quantile(ages, 0.5)), "ms", **about)


def _whole_minute(after: int) -> int:
    """Return when a window of a minute may open, after `after`; epoch ms, a whole second.

    It lies in one of the planner's slots of five minutes: of a window across two of them nearly
    all users would be due in what it has of the first, be that a second.
    """
    opens = -(-after // 1_000) * 1_000
    begun = opens % SLOT_MS
    return opens if begun <= SLOT_MS - MINUTE_MS - 1_000 else opens - begun + SLOT_MS


def probe_price() -> float:
    """Return what a follower is worth more to remind than, a stranger less, as the probes are.

    >>> probe_price()
    0.013
    """
    people = replace(PriorInputs.unknown(2), follows=np.array([False, True]))
    return round(float(prior(people).uplift.mean()), 4)
