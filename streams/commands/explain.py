"""`livecue explain`: why a user is reminded of a stream, or not."""

from __future__ import annotations

from typing import Annotated

import typer

from streams.id_argument import checked_id

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def explain(
        user: Annotated[str, typer.Argument(help="The user's id.", callback=checked_id)],
        stream: Annotated[str, typer.Argument(help="The stream's id.", callback=checked_id)],
        rung: Annotated[
            str | None, typer.Option("--rung", help="One rung of the ladder; all without it.")
        ] = None,
        as_json: Annotated[
            bool, typer.Option("--json", help="Print the explanation as one JSON object.")
        ] = False,
    ) -> None:
        """Say what the planner would do now with a user and a stream, and what would change it.

        Reads what workers have committed, and disturbs none. Exit 1: no such user or stream.
        """
        import asyncio

        import msgspec

        from config import load_settings
        from streams.configured_kafka import configured_topics
        from streams.explaining import explain as ask
        from streams.explanation_page import explanation_text
        from streams.serving import complain

        settings = load_settings()
        ladder = [one.name for one in settings.rungs]
        if rung is not None and rung not in ladder:
            raise typer.BadParameter(f"must be one of {', '.join(ladder)}", param_hint="--rung")
        configured_topics(settings, complain, create=False)
        told = asyncio.run(ask(settings, user, stream, rung))
        typer.echo(msgspec.json.encode(told) if as_json else explanation_text(told))
