"""The composition root: settings in, a Faust app out."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

import faust
from aiokafka.errors import IllegalStateError
from faust.types import TP

from config import Settings
from streams.agents import add_agents
from streams.composition import compose
from streams.connection import faust_credentials
from streams.engine.batches import BatchScheduler
from streams.engine.worker import Worker

__all__ = ["create_app"]

logger = logging.getLogger(__name__)
STOP_S = 10.0


class TablelessApp(faust.App):
    """A Faust app without tables, which leaves no folders for them behind."""

    def _create_directories(self) -> None:
        """Make none; Faust would, in the working folder."""


class FaustInputs:
    """The consumer of a Faust app, as the partitions see it."""

    def __init__(self, app: faust.App) -> None:
        self._app = app

    async def seek(self, topic: str, partition: int, offset: int) -> None:
        """Fetch again from `offset`, unless the partition has been revoked meanwhile."""
        tp = TP(topic, partition)
        if tp not in self._app.consumer.assignment():
            return
        try:
            await self._app.consumer.seek_wait({tp: offset})
        except IllegalStateError:
            logger.info("%s: revoked while seeking", tp)

    async def position(self, topic: str, partition: int) -> int:
        """Offset that will be fetched next."""
        return int(await self._app.consumer.position(TP(topic, partition)) or 0)


def create_app(settings: Settings) -> faust.App:
    """Build a worker: a Faust app whose agents drive the engine.

    Parameters
    ----------
    settings : with `kafka.bootstrap_servers` filled in.
    """
    app = TablelessApp(
        settings.app_id,
        broker="kafka://" + str(settings.kafka.bootstrap_servers).replace(",", ";kafka://"),
        broker_credentials=faust_credentials(settings.kafka),
        ConsumerScheduler=BatchScheduler,
        agent_supervisor="mode.CrashingSupervisor",
        broker_session_timeout=settings.kafka.session_timeout_s,
        broker_heartbeat_interval=settings.kafka.session_timeout_s / 4,
        broker_request_timeout=settings.kafka.request_timeout_s,
        broker_max_poll_records=None,
        consumer_auto_offset_reset="earliest",
        consumer_max_fetch_size=4 << 20,
        stream_buffer_maxsize=256,
        store="memory://",
        topic_allow_declare=False,
        topic_disable_leader=True,
        web_enabled=False,
        # Faust's own command starts its web server all the same, unless told `--without-web`.
        web_bind="127.0.0.1",
        autodiscover=False,
    )
    shared = compose(settings)

    def spawn(work: Coroutine[Any, Any, None]) -> Any:
        return app.add_future(work)

    worker = Worker(shared, FaustInputs(app), spawn)
    add_agents(app, worker, shared.topics)
    inputs = set(shared.topics.user_inputs)

    @app.on_partitions_assigned.connect()
    async def on_assigned(_app: faust.App, assigned: set[TP], **_: Any) -> None:
        await worker.assign({tp.partition for tp in assigned if tp.topic in inputs})

    @app.on_partitions_revoked.connect()
    async def on_revoked(_app: faust.App, revoked: set[TP], **_: Any) -> None:
        await worker.revoke({tp.partition for tp in revoked if tp.topic in inputs})

    @app.on_before_shutdown.connect()
    async def on_shutdown(_app: faust.App, **_: Any) -> None:
        try:
            await asyncio.wait_for(worker.stop(commit=not app.crashed), STOP_S)
        except TimeoutError:
            logger.warning("stopped without an answer from Kafka; the next owner goes on")

    app.task(worker.start)
    return app
