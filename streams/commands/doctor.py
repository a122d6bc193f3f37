"""`livecue doctor`: what is wrong here, and what to do about it."""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def doctor(
        as_json: Annotated[
            bool, typer.Option("--json", help="Print the findings as one JSON object.")
        ] = False,
    ) -> None:
        """Check Python, Java, Kafka, topics, Redis and the clock; exit 1 when one fails."""
        from dataclasses import asdict

        import orjson

        from config import load_settings
        from streams.doctor import checks

        found = []
        for check in checks(load_settings()):
            found.append(check)
            if not as_json:
                typer.echo(f"{check.verdict:4}  {check.name:7} {check.found}")
                if check.todo:
                    typer.echo(f"{'':14}→ {check.todo}")
        healthy = all(check.verdict != "fail" for check in found)
        if as_json:
            rows = [asdict(check) for check in found]
            typer.echo(orjson.dumps({"healthy": healthy, "checks": rows}))
        if not healthy:
            raise typer.Exit(1)
