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

        from config import SettingsError, load_settings
        from config import topics as topic_table
        from streams.serving import complain
        from streams.topic_admin import ensure_topics

        settings = load_settings()
        if settings.kafka.bootstrap_servers is None:
            raise SettingsError(
                ["kafka.bootstrap_servers: is missing; `livecue up` starts an embedded Kafka"]
            )
        table = topic_table(settings)
        report = ensure_topics(
            settings.kafka,
            table.values(),
            create=True,
            timeout_s=settings.kafka.start_timeout_s,
            say=complain,
        )
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
