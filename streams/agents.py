"""The Faust agents: batch in, and the timer that lets reminders out."""

from __future__ import annotations

from typing import Any

import faust
from mode import CrashingSupervisor

from streams.engine.batches import BatchSchema
from streams.engine.topic_names import TopicNames
from streams.engine.worker import Worker

__all__ = ["add_agents"]

TIMER_S = 0.02


def add_agents(app: faust.App, worker: Worker, topics: TopicNames) -> None:
    """Give the app its two agents.

    An exception in either stops the process: nothing is acknowledged past a failure, and a
    supervisor starts the worker anew.
    """
    inputs = app.topic(*topics.user_inputs, schema=BatchSchema(), acks=False)

    @app.agent(inputs, name="behaviour", supervisor_strategy=CrashingSupervisor)
    async def behaviour(batches: Any) -> None:
        """Hand every fetched batch of the user inputs to the partition it belongs to."""
        async for batch in batches:
            await worker.receive(batch)

    async def reminders() -> None:
        """Wake every partition that has to decide what is due, or to commit."""
        await worker.on_timer()

    app.timer(interval=TIMER_S, name="reminders")(reminders)
