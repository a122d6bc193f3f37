"""Settings of how a worker is watched: its HTTP server and its log."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from config.values import Group

__all__ = ["Http", "Log"]


class Http(Group):
    """The server of metrics and health that each worker has when it is given a port."""

    host: str = Field("127.0.0.1", min_length=1, description="address to listen on")
    port: int | None = Field(
        None, ge=0, le=65_535, description="none: no server; 0: a free port, said in the log"
    )
    stalled_after_s: float = Field(
        60, ge=1, le=3600, description="not live when input waits and nothing moves for so long"
    )


class Log(Group):
    """What a worker writes to standard error."""

    format: Literal["text", "json"] = Field(
        "text", description="lines for people, or one JSON object a line"
    )
