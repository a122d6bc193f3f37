"""`livecue topics`: create the missing topics, check the others."""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def topics(
        as_json: Annotated[
            bool, typer.Option("--json", help="Print the topics as one JSON object.")
        ] = False,
    ) -> None:
        """Create the missing topics, and refuse existing ones with another partition count."""
        import orjson

        from config import load_settings
        from config import topics as topic_table
        from streams.configured_kafka import configured_topics
        from streams.serving import complain

        settings = load_settings()
        report = configured_topics(settings, complain, create=True)
        table = topic_table(settings)
        rows = [
            {
                "name": topic.name,
                "partitions": topic.partitions,
                "cleanup": topic.cleanup,
                "retention_ms": topic.retention_ms,
                "created": topic.name in report.created,
            }
            for topic in table.values()
        ]
        if as_json:
            typer.echo(orjson.dumps({"topics": rows}))
            return
        width = max(len(topic.name) for topic in table.values())
        for topic, row in zip(table.values(), rows, strict=True):
            state = "created" if row["created"] else "exists"
            typer.echo(f"{topic.name:{width}}  {topic.partitions:4}  {topic.cleanup:7}  {state}")
