"""`livecue console`: a live view of a running deployment."""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def console(
        seconds: Annotated[
            float, typer.Option(min=0, help="How long to watch; 0: until ctrl-C.")
        ] = 0,
        as_json: Annotated[
            bool, typer.Option("--json", help="Print one JSON object a second.")
        ] = False,
    ) -> None:
        """Watch the configured deployment: reminders as they come, funnel, watermarks, lag."""
        from contextlib import closing, suppress

        from rich.console import Console

        from config import load_settings
        from streams.configured_kafka import require_kafka
        from streams.demo.display import display_for
        from streams.demo.ending import Ended, Ending
        from streams.demo.watching import Watching

        settings = load_settings()
        require_kafka(settings)
        display = display_for(Console(), as_json=as_json)
        with Ending(seconds) as ending, closing(Watching(settings)) as watching:
            ending.begin()
            with suppress(Ended), display:
                while True:
                    display.show(watching.look())
                    ending.check()
            display.finish(watching.scene)
