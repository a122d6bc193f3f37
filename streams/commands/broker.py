"""`livecue broker`: an embedded Kafka alone."""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def broker(
        as_json: Annotated[
            bool, typer.Option("--json", help="Say the address as one JSON object.")
        ] = False,
    ) -> None:
        """Run a real Kafka on a free port of this machine until ctrl-C."""
        from config import load_settings
        from streams.embedded.servers import Servers, embedded_kafka
        from streams.serving import announce, complain, serve

        settings = load_settings()
        with embedded_kafka(settings, complain) as kafka:
            servers = Servers(kafka.bootstrap_servers, redis_url=None, kafka=kafka)
            announce(servers, as_json=as_json)
            serve(servers)
