"""`livecue health`: what the worker of these settings says of itself, for health checks."""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def health(
        live: Annotated[
            bool, typer.Option("--live", help="Ask whether it is live, not whether it is ready.")
        ] = False,
    ) -> None:
        """Ask the worker at `http.port` whether it is ready; exit 1 when it is not."""
        from config import load_settings
        from streams.monitoring.asking import ask_health

        answer = ask_health(load_settings().http, "live" if live else "ready")
        typer.echo("; ".join((answer.status, *answer.reasons)))
        if not answer.good:
            raise typer.Exit(1)
