"""Asking a worker over HTTP how it is."""

from __future__ import annotations

import http.client
from typing import Literal

import msgspec

from config import SettingsError
from config.monitoring import Http
from features.errors import LivecueError

__all__ = ["HealthAnswer", "NoAnswerError", "ask_health"]

ANSWER_S = 5.0
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - asked for, not listened on


class NoAnswerError(LivecueError):
    """No worker answers where the settings say that it listens."""


class HealthAnswer(msgspec.Struct):
    """What a health page says."""

    status: str
    reasons: tuple[str, ...]

    @property
    def good(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.reasons


def ask_health(settings: Http, check: Literal["live", "ready"]) -> HealthAnswer:
    """Ask the worker that listens where the settings say.

    Raises
    ------
    SettingsError : no fixed port is set.
    NoAnswerError : nobody answers there, or not as a worker does.
    """
    if not settings.port:
        raise SettingsError(["http.port: must be set to the port of the worker"])
    host = EVERYWHERE.get(settings.host, settings.host)
    connection = http.client.HTTPConnection(host, settings.port, timeout=ANSWER_S)
    try:
        connection.request("GET", f"/health/{check}")
        return msgspec.json.decode(connection.getresponse().read(), type=HealthAnswer)
    except (OSError, http.client.HTTPException, msgspec.MsgspecError) as error:
        where = f"{host}:{settings.port}"
        raise NoAnswerError(f"no worker answers on {where}: {error}") from error
    finally:
        connection.close()
