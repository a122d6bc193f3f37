"""`livecue worker`: one worker, until a signal."""

from __future__ import annotations

import typer

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def worker() -> None:
        """Run one worker until ctrl-C; start more of them to scale, up to the partitions."""
        import asyncio

        from config import load_settings
        from streams.configured_kafka import configured_topics
        from streams.embedded import servers
        from streams.engine.allocation import keep_freed
        from streams.redis_access import check_redis
        from streams.runner import effective_settings, run_worker
        from streams.serving import complain
        from streams.worker_log import configure_log

        keep_freed()
        settings = load_settings()
        configure_log(settings.log)
        # Beside a configured Kafka, a Valkey of this worker's own would be a view nobody can find.
        embedded = settings.kafka.bootstrap_servers is None
        with servers(settings, redis=embedded or settings.redis.url is not None) as found:
            used = effective_settings(settings, found)
            check_redis(used.redis)
            configured_topics(used, complain)
            asyncio.run(run_worker(used))
