"""`livecue config`: the settings in force."""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def config(
        as_json: Annotated[
            bool, typer.Option("--json", help="Print the settings as one JSON object.")
        ] = False,
    ) -> None:
        """Print every setting in force, as TOML; passwords are masked."""
        import orjson

        from config import load_settings
        from streams.settings_text import masked_settings, settings_toml

        settings = load_settings()
        if as_json:
            typer.echo(orjson.dumps(masked_settings(settings)))
        else:
            typer.echo(settings_toml(settings), nl=False)
