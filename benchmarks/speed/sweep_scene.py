"""More partitions, more workers, and how long processing stops when workers come and go."""

from __future__ import annotations

import time
from itertools import pairwise

from benchmarks.speed.deployment import Deployment, Worker
from benchmarks.speed.events import Flood
from benchmarks.speed.figure import say, tell
from benchmarks.speed.ingest_scene import livecue_speed
from benchmarks.speed.load import running_load
from benchmarks.speed.population import Population
from benchmarks.speed.scene import Scene, row
from benchmarks.speed.timing import WARM_SHARE
from benchmarks.speed.watching import Watermarks

__all__ = ["SweepScene"]

SETTLE_S, WATCH_S = 5.0, 10.0
USERS = 100_000


class SweepScene:
    """Each point on topics of its own."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene

    def run(self) -> None:
        """One worker over the partitions, two workers, then joining and leaving."""
        for partitions in self._scene.sizes.sweep_partitions:
            figure = f"partitions_{partitions}_events_per_s"
            with row(f"{partitions} partitions", 120, figure):
                deployment = self._filled(f"sweep{partitions}", partitions)
                speed = livecue_speed(deployment, self._scene.sizes.sweep_events, 90)
                tell(figure, speed.per_s, "events/s", per_cpu_s=round(speed.per_cpu_s))
        with row("2 workers", 120, "workers_2_events_per_s"):
            self._two_workers(self._filled("sweepboth", max(self._scene.sizes.sweep_partitions)))
        with row("a worker joins and leaves", 150, "rebalance_join_s", "rebalance_leave_s"):
            self._rebalance()

    def _filled(self, name: str, partitions: int) -> Deployment:
        deployment = Deployment(self._scene.bootstrap_servers, name, partitions)
        deployment.create()
        events = self._scene.sizes.sweep_events
        first_ts = int(time.time() * 1000) - events - 60_000
        flood = Flood.of(events, USERS, first_ts, seed=self._scene.seed)
        Population(deployment, USERS).behave(flood)
        return deployment

    def _two_workers(self, deployment: Deployment) -> None:
        """Events a second of both together, from the warm share on."""
        events, marks = self._scene.sizes.sweep_events, Watermarks(deployment)
        begun: list[tuple[float, int]] = []
        try:
            with deployment.worker() as one, deployment.worker() as other:

                def at_end() -> bool:
                    done = marks.done()
                    if not begun and done >= WARM_SHARE * events:
                        begun.append((time.monotonic(), done))
                    return done >= events

                marks.wait(at_end, 90, "both workers read all events", one, other)
                seconds = time.monotonic() - begun[0][0]
            tell("workers_2_events_per_s", (events - begun[0][1]) / seconds, "events/s")
        finally:
            marks.close()

    def _rebalance(self) -> None:
        deployment = Deployment(self._scene.bootstrap_servers, "rebalance")
        deployment.create()
        marks, load = Watermarks(deployment), self._scene.sizes.rebalance_per_s
        try:
            with (
                deployment.worker() as first,
                running_load(deployment, USERS, load, 90.0),
            ):
                marks.wait(lambda: len(marks.moved) == 8, 60, "all partitions move", first)
                time.sleep(SETTLE_S)
                calm = self._longest_stop(marks, time.time() - SETTLE_S, 0.0, first)
                joined = time.time()
                with deployment.worker() as second:
                    self._tell("rebalance_join_s", marks, joined, calm, first, second)
                    left = time.time()
                self._tell("rebalance_leave_s", marks, left, calm, first)
        finally:
            marks.close()

    def _tell(
        self, figure: str, marks: Watermarks, since: float, calm: float, *workers: Worker
    ) -> None:
        stop = self._longest_stop(marks, since, WATCH_S, *workers)
        say(f"    {figure}: {stop:.2f} s, {calm:.2f} s before")
        tell(figure, stop, "s", calm_s=round(calm, 3), note="longest pause of any partition")

    def _longest_stop(
        self, marks: Watermarks, since: float, watch_s: float, *workers: Worker
    ) -> float:
        """Return the longest time in which a partition's committed offset did not move."""
        time.sleep(watch_s)
        for worker in workers:
            worker.check()
        now, longest = time.time(), 0.0
        for moved in marks.moved.values():
            times = [at for at, _ in list(moved)]
            before = [at for at in times if at < since][-1:]
            inside = [*(before or [since]), *(at for at in times if at >= since), now]
            longest = max(longest, *(b - a for a, b in pairwise(inside)))
        return longest
