"""Run a worker's Faust app until a signal, or until it crashes."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import signal

from pydantic import SecretStr

from config import Settings
from streams.embedded import Servers

__all__ = ["effective_settings", "run_worker"]

logger = logging.getLogger(__name__)
WATCH_S = 0.2


def effective_settings(settings: Settings, servers: Servers) -> Settings:
    """The settings with the addresses in use filled in."""
    kafka = settings.kafka.model_copy(update={"bootstrap_servers": servers.bootstrap_servers})
    redis = settings.redis.model_copy(update={"url": SecretStr(servers.redis_url or "")})
    return settings.model_copy(update={"kafka": kafka, "redis": redis})


async def run_worker(settings: Settings) -> None:
    """Start the app, wait for SIGTERM or SIGINT, and give the partitions up in good order.

    Raises
    ------
    BaseException
        What the app crashed with; whoever supervises the process starts it anew.
    """
    from streams.app import create_app
    from streams.readiness import get_ready

    get_ready()
    app = create_app(settings)
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, asked.set)
    await app.start()
    _spare_the_collector()
    try:
        while not asked.is_set() and not app.crashed and not app.should_stop:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(asked.wait(), WATCH_S)
    finally:
        reason = app.crash_reason
        await app.stop()
    if reason is not None:
        raise reason


def _spare_the_collector() -> None:
    """Look for cycles seldom: batches are millions of short-lived objects without any.

    By `benchmarks/speed/ingest.py` the default thresholds cost more than a tenth of the CPU time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
