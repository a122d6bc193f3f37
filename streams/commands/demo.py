"""`livecue demo`: everything at once, on one machine."""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def demo(
        seconds: Annotated[
            float,
            typer.Option(min=0, help="How long to show reminders; 0: until ctrl-C."),
        ] = 120,
        users: Annotated[
            int, typer.Option(min=1, max=100_000, help="How many simulated people.")
        ] = 1_000,
        seed: Annotated[int, typer.Option(min=0, help="Of the simulated world.")] = 1,
        as_json: Annotated[
            bool, typer.Option("--json", help="Print one JSON object a second.")
        ] = False,
    ) -> None:
        """Start Kafka, Valkey, a worker and a simulated population; show reminders as they come."""
        from rich.console import Console

        from streams.demo.display import display_for
        from streams.demo.show import DemoPlan, run_demo
        from streams.serving import complain

        plan = DemoPlan(seconds=seconds, users=users, seed=seed)
        run_demo(plan, display_for(Console(), as_json=as_json), complain)
