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
from benchmarks.speed.watching import Watermarks

__all__ = ["SweepScene"]

SETTLE_S, WATCH_S = 4.0, 8.0
MOVES = 3
USERS = 100_000
MORE_FOR_TWO = 1.5
MOST_ERROR = 0.3
"""A speed is not told that may be off by more, whatever went on between two watermarks."""

OFTEN_COMMITTED = {"LIVECUE_ENGINE__COMMIT_INTERVAL_MAX_MS": "500"}
"""Some ten watermarks of each partition within a window, not three; costs the worker a little."""


class SweepScene:
    """Each point on topics of its own."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene

    def run(self) -> None:
        """One worker over the partitions, two workers, then joining and leaving."""
        for partitions in self._scene.sizes.sweep_partitions:
            figure = f"partitions_{partitions}_events_per_s"
            with row(f"{partitions} partitions", 120, figure):
                self._tell_speed(figure, self._filled(partitions), 1)
        with row("2 workers", 120, "workers_2_events_per_s"):
            deployment = self._deployment(max(self._scene.sizes.sweep_partitions))
            deployment.forget()
            self._tell_speed("workers_2_events_per_s", deployment, 2)
        with row("a worker joins and leaves", 150, "rebalance_join_s", "rebalance_leave_s"):
            self._rebalance()

    def _deployment(self, partitions: int) -> Deployment:
        return Deployment(
            self._scene.bootstrap_servers, f"sweep{partitions}", partitions, OFTEN_COMMITTED
        )

    def _filled(self, partitions: int) -> Deployment:
        deployment = self._deployment(partitions)
        deployment.create()
        events = self._events(partitions)
        first_ts = int(time.time() * 1000) - events - 60_000
        flood = Flood.of(events, USERS, first_ts, seed=self._scene.seed)
        Population(deployment, USERS).behave(flood)
        return deployment

    def _events(self, partitions: int) -> int:
        """How many there are in so many partitions; two workers are through the most in no time."""
        sizes = self._scene.sizes
        times = MORE_FOR_TWO if partitions == max(sizes.sweep_partitions) else 1.0
        return int(sizes.sweep_events * times)

    def _tell_speed(self, figure: str, deployment: Deployment, workers: int) -> None:
        events, least_s = self._events(deployment.partitions), self._scene.sizes.least_s
        speed = livecue_speed(deployment, events, 90, workers, least_s=least_s)
        say(f"    {speed.per_s:,.0f} events/s over {speed.seconds:.1f} s, ± {speed.error:.0%}")
        if speed.error > MOST_ERROR:
            raise RuntimeError(f"uncertain by {speed.error:.0%}: too few watermarks to be timed by")
        about = {"seconds": round(speed.seconds, 2), "error": round(speed.error, 3)}
        tell(figure, speed.per_s, "events/s", per_cpu_s=round(speed.per_cpu_s), **about)

    def _rebalance(self) -> None:
        deployment = Deployment(self._scene.bootstrap_servers, "rebalance")
        deployment.create()
        marks, load = Watermarks(deployment), self._scene.sizes.rebalance_per_s
        try:
            with (
                running_load(deployment, USERS, load, 60.0),
                deployment.worker() as first,
            ):
                marks.wait(lambda: _all_move(marks), 60, "all partitions move", first)
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


def _all_move(marks: Watermarks) -> bool:
    """Whether all partitions have gone on and on: the load has come, not the worker alone."""
    moved = marks.moved.values()
    return len(moved) == marks.partitions and min(map(len, moved)) >= MOVES
