"""`livecue replay`: the main job on real people."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from streams.replay.run import Replayed
    from streams.replay.timeline import Step

__all__ = ["register"]

_NEWS_S = 10.0


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def replay(
        as_json: Annotated[
            bool, typer.Option("--json", help="Print the figures as one JSON object.")
        ] = False,
        data: Annotated[
            Path | None,
            typer.Option(
                help="Folder with ml-100k.inter, .item and .user; else they are fetched by pip."
            ),
        ] = None,
        workers: Annotated[int, typer.Option(min=1, max=64, help="Worker processes.")] = 1,
        partitions: Annotated[int, typer.Option(min=1, max=64, help="User partitions.")] = 1,
        ticks: Annotated[
            int | None, typer.Option(min=1, help="Stop after so many ticks; else replay all.")
        ] = None,
    ) -> None:
        """Replay MovieLens-100K through Kafka: reminders, who attended, how well was predicted.

        943 people's 100,000 ratings of seven months, as fast as the topic clock allows.
        """
        from itertools import islice

        import orjson
        from rich.console import Console

        from config import load_settings
        from streams.embedded import servers
        from streams.embedded.jars import default_cache_dir
        from streams.replay.comparison import compare
        from streams.replay.movielens import read_movielens
        from streams.replay.report import print_report, report
        from streams.replay.run import replay_settings, run_replay
        from streams.replay.timeline import steps_of
        from streams.replay.wheel import MOVIELENS, wheel_folder
        from streams.runner import effective_settings
        from streams.serving import complain

        settings = replay_settings(load_settings(), partitions)
        cache = settings.embedded.cache_dir
        folder = data or wheel_folder(
            MOVIELENS,
            default_cache_dir() if cache is None else Path(cache).expanduser(),
            complain,
        )
        people = read_movielens(folder)
        with servers(settings, redis=False, say=complain) as found:
            replayed = run_replay(
                effective_settings(settings, found),
                islice(steps_of(people), ticks),
                workers,
                _News(),
            )
        compared = compare(
            people, replayed.starts, replayed.reminders, settings.guardrails, settings.seed
        )
        figures = report(people, replayed, compared)
        if as_json:
            typer.echo(orjson.dumps(figures))
        else:
            print_report(figures, Console())


class _News:
    """Tells now and then, on standard error, how far the replay has come."""

    def __init__(self) -> None:
        self._next_s = 0.0

    def __call__(self, step: Step, done: Replayed) -> None:
        from datetime import UTC, datetime

        from streams.serving import complain

        if done.seconds >= self._next_s:
            self._next_s = done.seconds + _NEWS_S
            day = datetime.fromtimestamp(step.tick_s, UTC).date()
            complain(f"{day}: {done.records:,} events, {len(done.reminders):,} reminders")
