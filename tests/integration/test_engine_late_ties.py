"""Who reserves while a window is open is reminded, also if the worker dies before it decides."""

from __future__ import annotations

import itertools
import threading
from pathlib import Path
from typing import Self

from enginerig.deployment import Deployment, wait_for
from enginerig.workers import WorkerProcess

from streams.engine.clock import wall_clock_ms
from streams.testing import interaction, stream

MINUTE_MS = 60_000
WINDOW_MS = 40_000
"""From the announcement to the end of the window, which is 5 minutes before the start."""
PAUSE_S = 0.005
ENOUGH = 200
LATE_IN_SECOND_MS = 900
"""A worker decides as a second begins: this long after it, much has been committed since."""


class Reservations:
    """People who reserve one after another, without a pause, until it is enough."""

    def __init__(self, deployment: Deployment) -> None:
        self.users: list[str] = []
        self._deployment = deployment
        self._enough = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        for number in itertools.count():
            if self._enough.wait(PAUSE_S):
                return
            user = f"user-{number}"
            said = interaction(user, "reserve", wall_clock_ms(), stream_id="show")
            self._deployment.send(self._deployment.topics.interactions, said)
            self.users.append(user)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._enough.set()
        self._thread.join(30)


def test_kill_9_between_a_reservation_and_the_next_decision(
    kafka: str, topic_prefix: str, tmp_path: Path
) -> None:
    """On the wall clock, events are committed several times between two decisions."""
    with Deployment(kafka, topic_prefix) as deployment:
        with WorkerProcess(deployment, tmp_path / "first.log") as first:
            wait_for(lambda: first.owned() == deployment.partitions, "the first owns all")
            announced = wall_clock_ms()
            start_ts = announced + 5 * MINUTE_MS + WINDOW_MS
            show = stream("show", announced, host_id="host", title="Tea", start_ts=start_ts)
            deployment.send(deployment.topics.streams, show)
            with Reservations(deployment) as reservations:
                wait_for(lambda: len(reservations.users) > ENOUGH, "reservations")
                wait_for(lambda: wall_clock_ms() % 1_000 > LATE_IN_SECOND_MS, "the end of a second")
                first.kill()
        with WorkerProcess(deployment, tmp_path / "second.log") as second:
            everybody = set(reservations.users)
            wait_for(lambda: set(deployment.reminded()) >= everybody, "reminders")
            assert second.stop() == 0
        assert len(deployment.reminded()) == len(everybody)
