"""`livecue erase`: forget a user."""

from __future__ import annotations

from typing import Annotated

import typer

from streams.id_argument import checked_id

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def erase(
        user: Annotated[str, typer.Argument(help="The user's id.", callback=checked_id)],
        timeout_s: Annotated[
            float,
            typer.Option(
                "--timeout", min=0, max=86_400, help="Longest wait for a worker, in seconds."
            ),
        ] = 60.0,
        as_json: Annotated[
            bool, typer.Option("--json", help="Print what was done as one JSON object.")
        ] = False,
    ) -> None:
        """Have a user forgotten: in Kafka, by the worker that knows them, and in Redis.

        Waits until it is applied, and says what remains for how long. Exit 1: not all is done.
        """
        import msgspec

        from config import load_settings
        from streams.configured_kafka import configured_topics
        from streams.erasing import erase as forget
        from streams.redis_access import check_redis
        from streams.serving import complain

        settings = load_settings()
        # Before anything is written: half an erasure would be none.
        check_redis(settings.redis)
        configured_topics(settings, complain, create=False)
        done = forget(settings, user, timeout_s)
        if as_json:
            typer.echo(msgspec.json.encode(done))
        else:
            applied = (
                "a worker has forgotten the user"
                if done.applied
                else f"no worker has applied it within {timeout_s:g} s; one will, when it runs"
            )
            typer.echo(f"Kafka   erasure written to partition {done.partition}: {applied}")
            typer.echo(f"Redis   {done.view.text}")
            for topic, text in done.remains.items():
                typer.echo(f"Remains {topic}: {text}")
        if not done.complete:
            raise typer.Exit(1)
