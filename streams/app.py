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
from config.monitoring import Http
from streams.agents import add_agents
from streams.composition import compose
from streams.connection import faust_credentials, kafka_client_options
from streams.engine.batches import BatchScheduler
from streams.engine.worker import Worker
from streams.monitoring.http_server import HttpServer
from streams.monitoring.monitor import Monitor
from streams.monitoring.pages import Pages
from streams.monitoring.watch import Watch
from streams.raw.transport import RawTransport
from streams.tableless import NoTables, TablelessApp
from streams.worker_log import log_config

__all__ = ["create_app"]

logger = logging.getLogger(__name__)
STOP_S = 10.0
FETCH_BYTES = 2 << 20
# Of one fetch's bytes of one partition each, at most; a second's flood of events fits in.
BUFFERED_BATCHES = 64
HEARTBEAT_S = 0.5
REBALANCE_S = 60.0


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


def _input_options(settings: Settings) -> dict[str, Any]:
    """Options of the consumer of the user inputs.

    On the wall clock a fetch waits a little, so that a trickle of events comes in few batches; at
    a tick of the topic clock somebody waits for the last of them.
    """
    simulated = settings.clock == "topic"
    session_s = settings.kafka.session_timeout_s
    return {
        **kafka_client_options(settings.kafka),
        "group_id": settings.app_id,
        "isolation_level": "read_committed",
        "auto_offset_reset": "earliest",
        "enable_auto_commit": False,
        "max_partition_fetch_bytes": FETCH_BYTES,
        "fetch_max_bytes": 8 * FETCH_BYTES,
        "fetch_min_bytes": 1 if simulated else FETCH_BYTES // 2,
        "fetch_max_wait_ms": 100 if simulated else 25,
        "session_timeout_ms": int(session_s * 1000),
        "heartbeat_interval_ms": int(min(HEARTBEAT_S, session_s / 4) * 1000),
        "rebalance_timeout_ms": int(REBALANCE_S * 1000),
        "max_poll_interval_ms": 1_000_000,
    }


def _faust_app(settings: Settings) -> TablelessApp:
    """A Faust app that fetches whole batches and keeps no tables."""
    app = TablelessApp(
        settings.app_id,
        broker="kafka://" + str(settings.kafka.bootstrap_servers).replace(",", ";kafka://"),
        broker_credentials=faust_credentials(settings.kafka),
        ConsumerScheduler=BatchScheduler,
        TableManager=NoTables,
        agent_supervisor="mode.CrashingSupervisor",
        broker_request_timeout=settings.kafka.request_timeout_s,
        stream_buffer_maxsize=BUFFERED_BATCHES,
        store="memory://",
        topic_allow_declare=False,
        topic_disable_leader=True,
        web_enabled=False,
        # Faust's own command starts its web server all the same, unless told `--without-web`.
        web_bind="127.0.0.1",
        autodiscover=False,
        logging_config=log_config(settings.log),
    )
    app.transport = RawTransport(app, _input_options(settings))
    return app


def create_app(settings: Settings) -> faust.App:
    """Build a worker: a Faust app whose agents drive the engine.

    Parameters
    ----------
    settings : with `kafka.bootstrap_servers` filled in.
    """
    app = _faust_app(settings)
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

    server = _http_server(settings.http, shared.monitor)

    async def listen() -> None:
        if server is not None:
            server.start()

    @app.on_before_shutdown.connect()
    async def on_shutdown(_app: faust.App, **_: Any) -> None:
        shared.monitor.ownership.stops()
        try:
            await asyncio.wait_for(worker.stop(commit=not app.crashed), STOP_S)
        except TimeoutError:
            logger.warning("stopped without an answer from Kafka; the next owner goes on")
        finally:
            if server is not None:
                await asyncio.to_thread(server.stop)
            await asyncio.to_thread(shared.writing.stop)

    app.task(listen)
    app.task(worker.start)
    app.task(Watch(shared, worker).run)
    return app


def _http_server(http: Http, monitor: Monitor) -> HttpServer | None:
    """The server of metrics and health, if one is wanted."""
    return None if http.port is None else HttpServer(Pages(monitor), http.host, http.port)
