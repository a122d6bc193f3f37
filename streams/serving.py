"""What commands that keep servers running have in common: say where they are, then wait."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import orjson
import typer

from streams.embedded import EmbeddedError
from streams.masked_url import masked_url

if TYPE_CHECKING:
    from streams.embedded import Servers
    from streams.topic_admin import TopicReport

__all__ = ["announce", "complain", "serve"]

_POLL_S = 0.25


def complain(text: str) -> None:
    """Tell the operator what is going on, on standard error."""
    typer.echo(f"livecue: {text}", err=True)


def announce(servers: Servers, *, as_json: bool, topics: TopicReport | None = None) -> None:
    """Say where the servers are, flushed: one line of JSON, or how to use them."""
    url = None if servers.redis_url is None else masked_url(servers.redis_url)
    if as_json:
        addresses = {"bootstrap_servers": servers.bootstrap_servers, "redis_url": url}
        typer.echo(orjson.dumps(addresses))
        return
    typer.echo(f"Kafka   {servers.bootstrap_servers}{_origin(servers.kafka)}")
    if url is not None:
        typer.echo(f"Valkey  {url}{_origin(servers.valkey)}")
    if topics is not None:
        total = len(topics.created) + len(topics.existing)
        typer.echo(f"Topics  {total}, of which {len(topics.created)} new")
    typer.echo("\nIn another terminal:")
    typer.echo(f"  export LIVECUE_KAFKA__BOOTSTRAP_SERVERS={servers.bootstrap_servers}")
    if url is not None and servers.valkey is not None:
        typer.echo(f"  export LIVECUE_REDIS__URL={url}")
    typer.echo("\nCtrl-C ends this.")


def serve(servers: Servers) -> None:
    """Wait until ctrl-C or SIGTERM (`KeyboardInterrupt`).

    Raises
    ------
    EmbeddedError
        An embedded server ended by itself.
    """
    while (dead := servers.dead) is None:
        time.sleep(_POLL_S)
    raise EmbeddedError(f"{dead} ended by itself")


def _origin(embedded: object | None) -> str:
    return "  (configured)" if embedded is None else "  (embedded, its data goes when it ends)"
