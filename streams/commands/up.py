"""`livecue up`: all servers and topics that a worker needs."""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def up(
        as_json: Annotated[
            bool, typer.Option("--json", help="Say the addresses as one JSON object.")
        ] = False,
    ) -> None:
        """Run Kafka, Valkey and the topics until ctrl-C; what is configured is not started."""
        from config import load_settings
        from streams.configured_kafka import configured_topics
        from streams.embedded import servers
        from streams.runner import effective_settings
        from streams.serving import announce, complain, serve

        settings = load_settings()
        with servers(settings, say=complain) as found:
            report = configured_topics(effective_settings(settings, found), complain)
            announce(found, as_json=as_json, topics=report)
            serve(found)
