"""`livecue simulate`: a population for a deployment that is running."""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def simulate(
        users: Annotated[
            int, typer.Option(min=1, max=200_000, help="How many simulated people.")
        ] = 1_000,
        hosts: Annotated[int, typer.Option(min=1, max=1_000, help="How many hosts.")] = 120,
        speed: Annotated[
            float,
            typer.Option(
                min=0, help='Simulated seconds a second with clock = "topic"; 0: fastest.'
            ),
        ] = 0,
        seconds: Annotated[
            float, typer.Option(min=0, help="How long to go on; 0: until ctrl-C.")
        ] = 0,
        history_days: Annotated[
            float, typer.Option(min=0, max=60, help="Days that people lived through before.")
        ] = 3,
        seed: Annotated[int, typer.Option(min=0, help="Of the simulated world.")] = 1,
        as_json: Annotated[
            bool, typer.Option("--json", help="Print one JSON object a second.")
        ] = False,
    ) -> None:
        """Let simulated people use the configured deployment, and react to its reminders.

        With clock = "system" they live in real time; with clock = "topic" this writes the ticks.
        At the end it tells what the reminders added: of these people it is known.
        """
        from rich.console import Console

        from config import load_settings
        from streams.configured_kafka import configured_topics, require_kafka
        from streams.demo.display import display_for
        from streams.demo.ending import Ending
        from streams.demo.play import play
        from streams.serving import complain
        from streams.simulation.deployment import Population, deployed

        settings = load_settings()
        require_kafka(settings)
        if speed and settings.clock == "system":
            raise typer.BadParameter(
                'real time has no speed; set clock = "topic"', param_hint="--speed"
            )
        configured_topics(settings, complain)
        population = Population(users, hosts, seed, history_days)
        display = display_for(Console(), as_json=as_json)
        with Ending(seconds) as ending, deployed(population, settings) as (run, world):
            play(run, world, display, ending, alive=lambda: None, speed=speed)
