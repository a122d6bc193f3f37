"""What was said while no worker ran is known before anything is decided."""

from __future__ import annotations

from pathlib import Path

from enginerig.deployment import Deployment, wait_for
from enginerig.workers import WorkerProcess

from streams.engine.clock import wall_clock_ms
from streams.testing import feedback, interaction, stream

MINUTE_MS = 60_000
WINDOW_MS = 25_000
"""From the announcement to the end of the window, which is 5 minutes before the start."""
PEOPLE = 300
BACKLOG = 200_000
"""Events that a worker has to take before it comes to the last of them."""


def test_who_cancels_or_mutes_while_no_worker_runs_is_not_reminded(
    kafka: str, topic_prefix: str, tmp_path: Path
) -> None:
    """However much was said before that; also who is new, though feedback makes nobody known."""
    people = [f"user-{number}" for number in range(PEOPLE)]
    with Deployment(kafka, topic_prefix) as deployment:
        topics = deployment.topics

        def say(kind: str, *users: str) -> None:
            events = [interaction(user, kind, wall_clock_ms(), stream_id="show") for user in users]
            deployment.send(topics.interactions, *events)

        with WorkerProcess(deployment, tmp_path / "first.log") as first:
            say("reserve", *people)
            deployment.wait_until_applied()
            assert first.stop() == 0
        deployment.send(
            topics.interactions,
            *(
                interaction(f"crowd-{n % 1_000}", "app_open", wall_clock_ms())
                for n in range(BACKLOG)
            ),
        )
        say("reserve_cancel", *people[::2])
        start_ts = wall_clock_ms() + 5 * MINUTE_MS + WINDOW_MS
        show = stream("show", wall_clock_ms(), host_id="host", title="Tea", start_ts=start_ts)
        deployment.send(topics.streams, show)

        newcomers = [f"new-{number}" for number in range(PEOPLE)]
        say("reserve", *newcomers)
        mutes = [feedback(user, "muted", wall_clock_ms()) for user in newcomers[::2]]
        deployment.send(topics.feedback, *mutes)

        with WorkerProcess(deployment, tmp_path / "second.log") as second:
            stay = {*people[1::2], *newcomers[1::2]}
            wait_for(lambda: set(deployment.reminded()) >= stay, "reminders")
            assert second.stop() == 0
        assert set(deployment.reminded()) == stay
