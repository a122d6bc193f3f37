"""A population in one worker: cost of an event, memory, restore, fan-out, sustained reminders."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, replace

from kafka import KafkaAdminClient

from benchmarks.speed.deployment import ALL_ELIGIBLE, Deployment, Worker, until
from benchmarks.speed.figure import say, tell
from benchmarks.speed.load import running_load
from benchmarks.speed.population import HOST, Population, seen_again
from benchmarks.speed.scene import Scene, row
from benchmarks.speed.scheduling import Schedule, now_ms
from benchmarks.speed.timing import cpu_seconds
from benchmarks.speed.watching import Visible, Watermarks, count_committed

__all__ = ["PopulationScene"]

MINUTE_MS = 60_000
LOAD_S = 300.0
REST_S = 12
"""After so many seconds an idle worker has given back what it does not need."""
LAST_MINUTE = '[{"name":"15m","opens_minutes":2,"closes_minutes":1,"nominal_minutes":1}]'


@dataclass(frozen=True)
class Fanout:
    """One stream to all users: seconds from due to the last visible, and how many reminders.

    `cpu_s`: processor time; `idle_s`: that of a tick at which nothing is due.
    """

    seconds: float
    cpu_s: float
    reminders: int
    idle_s: float = 0.0


class PopulationScene:
    """The rows of one population; `tells_all`: not only the points of the cost curve."""

    def __init__(self, scene: Scene, users: int, *, tells_all: bool) -> None:
        self._scene = scene
        self._users = users
        self._tells_all = tells_all
        self._deployment = Deployment(
            scene.bootstrap_servers, f"users{users}", environment=ALL_ELIGIBLE
        )
        self._people = Population(self._deployment, users)
        self._about = {"users": users}

    def run(self) -> None:
        """Load, then one row after another on the same state."""
        self._deployment.create()
        marks = Watermarks(self._deployment)
        try:
            self._first_worker(marks)
            if self._tells_all:
                self._second_worker(marks)
            self._third_worker(marks)
        finally:
            marks.close()

    def _first_worker(self, marks: Watermarks) -> None:
        with self._deployment.worker() as worker:
            figures = [f"arrival_cpu_us_{self._users}"]
            figures += ["memory_bytes_per_user"] if self._tells_all else []
            with row(f"{self._users:,} users arrive", LOAD_S, *figures):
                self._load(marks, worker)
            with row("events of known users", 120, f"event_cpu_us_{self._users}"):
                self._events(marks, worker)
            worker.kill()

    def _load(self, marks: Watermarks, worker: Worker) -> None:
        at_work = f"{self._deployment.partitions} partitions at work"
        marks.wait(lambda: len(marks.marks) == marks.partitions, 90, at_work, worker)
        began, cpu = time.monotonic(), cpu_seconds(worker.pid)
        records = self._people.introduce()
        profiles = self._deployment.topic("profiles")
        marks.wait(
            lambda: marks.done() >= records and marks.done(profiles) >= self._users,
            LOAD_S,
            "the users are known",
            worker,
        )
        spent = cpu_seconds(worker.pid) - cpu
        seconds = time.monotonic() - began
        tell(f"arrival_cpu_us_{self._users}", spent / self._users * 1e6, "µs/user", **self._about)
        say(f"    {self._users / seconds:,.0f} new users/s, producing them included")
        if self._tells_all:
            self._memory(worker)

    def _memory(self, worker: Worker) -> None:
        """What the users take: at once, with what came in between, and when that is given back."""
        at_once = rss = worker.rss
        for _ in range(REST_S):
            time.sleep(1.0)
            rss = min(rss, worker.rss)
        about = {"rss": rss, "rss_on_arrival": at_once, **self._about}
        tell("memory_bytes_per_user", rss / self._users, "bytes", **about)

    def _events(self, marks: Watermarks, worker: Worker) -> None:
        events, before = self._scene.sizes.cost_events, marks.done()
        cpu = cpu_seconds(worker.pid)
        self._people.behave(seen_again(self._users, events, seed=self._scene.seed))
        marks.wait(lambda: marks.done() >= before + events, 110, "events are counted", worker)
        spent = cpu_seconds(worker.pid) - cpu
        figure = f"event_cpu_us_{self._users}"
        tell(figure, spent / events * 1e6, "µs/event", events=events, **self._about)

    def _second_worker(self, marks: Watermarks) -> None:
        """After `kill -9`: restore, then reminders while events come."""
        group = self._deployment.settings.app_id or self._deployment.name
        with row("the group lets the killed worker go", 60):
            killed = time.monotonic()
            _until_empty(self._deployment.bootstrap_servers, group)
            say(f"    after {time.monotonic() - killed:.1f} s")
        schedule = Schedule(self._deployment)
        try:
            with self._deployment.worker(LIVECUE_RUNGS=LAST_MINUTE) as worker:
                with row("restore", 120, "restore_1m_s"):
                    self._restore(marks, worker, schedule)
                with row("reminders while events come", 180, "reminders_per_s_with_ingest"):
                    self._busy(worker, schedule)
        finally:
            schedule.close()

    def _restore(self, marks: Watermarks, worker: Worker, schedule: Schedule) -> None:
        before = marks.done()
        schedule.interaction("user-0000000", "like", now_ms(), host_id=HOST)
        marks.wait(lambda: marks.done() > before, 115, "an event is processed", worker)
        seconds = time.monotonic() - worker.began
        about = {"rss": worker.rss, **self._about}
        tell("restore_1m_s", seconds, "s", note="start of the process included", **about)

    def _busy(self, worker: Worker, schedule: Schedule) -> None:
        sizes = self._scene.sizes
        visible, offered = Visible(self._deployment), sizes.busy_streams * self._users
        # The window of a minute closes in `busy_s`: all planned minutes lie before.
        start_ts = now_ms() + MINUTE_MS + sizes.busy_s * 1_000
        load = (self._deployment, self._users, sizes.busy_load_per_s, sizes.busy_s + 5.0)
        try:
            with running_load(*load) as events:
                for number in range(sizes.busy_streams):
                    schedule.announce(f"busy-{number}", HOST, start_ts, now_ms())
                _until_quiet(visible, offered, sizes.busy_s + 60.0, worker)
                loaded = events.per_s()
            grown = visible.grown
        finally:
            visible.close()
        count, seconds = grown[-1][1], max(grown[-1][0] - grown[0][0], 1e-3)
        rate = (count - grown[0][1]) / seconds
        about = {"offered": offered, "sent": count, "events_per_s": round(loaded)}
        tell("reminders_per_s_with_ingest", rate, "reminders/s", **about, **self._about)

    def _third_worker(self, marks: Watermarks) -> None:
        """On the topic's clock, where all of a stream's reminders can be due at one moment."""
        figures = [f"reminder_cpu_us_{self._users}"]
        figures += ["fanout_1m_s", "reminders_per_s_alone"] if self._tells_all else []
        schedule = Schedule(self._deployment)
        try:
            with (
                row("fan-out", 400, *figures),
                self._deployment.worker(LIVECUE_CLOCK="topic") as worker,
            ):
                runs = self._fanouts(marks, worker, schedule)
                self._tell_fanouts(runs, worker)
        finally:
            schedule.close()

    def _fanouts(self, marks: Watermarks, worker: Worker, schedule: Schedule) -> list[Fanout]:
        clock = now_ms()
        schedule.tick(clock)
        marks.wait(lambda: marks.reached(clock), 180, "the first tick", worker)
        runs = []
        for number in range(self._scene.sizes.fanouts):
            start_ts = clock + 40 * MINUTE_MS
            schedule.announce(f"fanout-{number}", HOST, start_ts, clock)
            clock += 1_000
            idle = self._tick(marks, worker, schedule, clock)
            # The window's last second: everybody is planned for it, and due.
            clock = start_ts - 5 * MINUTE_MS
            runs.append(replace(self._fanout(marks, worker, schedule, clock), idle_s=idle))
            clock = start_ts
            self._tick(marks, worker, schedule, clock)
        if self._tells_all:
            self._plan(marks, worker, schedule, clock, min(run.idle_s for run in runs))
        return runs

    def _plan(
        self, marks: Watermarks, worker: Worker, schedule: Schedule, clock: int, idle: float
    ) -> None:
        """Tell what it costs to weigh a stream for users who get no reminder of it."""
        start_ts = clock + 40 * MINUTE_MS
        schedule.announce("planned", HOST, start_ts, clock, max_invites=1)
        self._tick(marks, worker, schedule, clock + 1_000)
        spent = self._tick(marks, worker, schedule, start_ts - 29 * MINUTE_MS) - idle
        tell("plan_cpu_us", spent / self._users * 1e6, "µs/user and stream", **self._about)

    def _tick(self, marks: Watermarks, worker: Worker, schedule: Schedule, clock: int) -> float:
        """Let time come to `clock`, with nothing due; return what that costs, CPU seconds."""
        cpu = cpu_seconds(worker.pid)
        schedule.tick(clock)
        marks.wait(lambda: marks.reached(clock), 120, "a tick", worker)
        return cpu_seconds(worker.pid) - cpu

    def _fanout(self, marks: Watermarks, worker: Worker, schedule: Schedule, clock: int) -> Fanout:
        visible, cpu = Visible(self._deployment), cpu_seconds(worker.pid)
        try:
            due = schedule.tick(clock)
            marks.wait(lambda: marks.reached(clock), 120, "the fan-out's tick", worker)
            spent = cpu_seconds(worker.pid) - cpu
            until(lambda: visible.count >= 0.99 * self._users, 20, "all reminders are visible")
            time.sleep(0.2)  # two polls more: the last growth has been seen
            at, count = visible.grown[-1]
        finally:
            visible.close()
        say(f"    {count:,} reminders in {at - due:.2f} s, {spent:.2f} CPU s")
        return Fanout(at - due, spent, count)

    def _tell_fanouts(self, runs: list[Fanout], worker: Worker) -> None:
        exact = asyncio.run(count_committed(self._deployment, "reminders"))
        best = min(runs, key=lambda run: run.seconds)
        about = {"rss": worker.rss, "reminders_in_topic": exact, **self._about}
        cpu = (best.cpu_s - best.idle_s) / self._users * 1e6
        figure = f"reminder_cpu_us_{self._users}"
        tell(figure, cpu, "µs/reminder", seconds=round(best.seconds, 3), **about)
        if self._tells_all:
            seconds = [round(run.seconds, 2) for run in runs]
            tell("fanout_1m_s", best.seconds, "s", runs=seconds, **about)
            rate = sum(run.reminders for run in runs) / sum(run.seconds for run in runs)
            tell("reminders_per_s_alone", rate, "reminders/s", runs=len(runs), **about)


def _until_quiet(visible: Visible, offered: int, timeout_s: float, worker: Worker) -> None:
    """Wait until all are visible, or none came for five seconds after some did."""

    def quiet() -> bool:
        worker.check()
        grown = visible.grown
        return visible.count >= offered or bool(grown and time.time() - grown[-1][0] > 5.0)

    until(quiet, timeout_s, "reminders come")


def _until_empty(bootstrap_servers: str, group: str) -> None:
    admin = KafkaAdminClient(bootstrap_servers=bootstrap_servers)
    try:
        until(lambda: _members(admin, group) == 0, 50, "the group is empty", 0.1)
    finally:
        admin.close()


def _members(admin: KafkaAdminClient, group: str) -> int:
    return len(admin.describe_groups([group])[group]["members"])
