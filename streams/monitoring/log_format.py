"""A line of the log for machines: one JSON object."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

import orjson

__all__ = ["JsonFormatter", "TextFormatter"]


class TextFormatter(logging.Formatter):
    """Lines for people: time, level, logger, sentence; tracebacks below it."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        """Return the line; one that stands for several says so."""
        return super().formatMessage(record) + _repeats(record)


class JsonFormatter(logging.Formatter):
    """One JSON object a line.

    Always there: `ts` (UTC, ISO 8601), `level`, `logger`, `event` and `text`. `event` names a
    change of state and is `log` for any other line; what a change is about (`partition` …) follows.
    `exception` is a traceback, `repeats` how many lines like this one were left out before it.

    >>> record = logging.LogRecord("streams", logging.INFO, "", 0, "hi %s", ("you",), None)
    >>> orjson.loads(JsonFormatter().format(record))["text"]
    'hi you'
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the object."""
        said: dict[str, object] = {
            "ts": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": getattr(record, "event", "log"),
            "text": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            said["exception"] = self.formatException(record.exc_info)
        if repeats := getattr(record, "repeats", 0):
            said["repeats"] = repeats
        return orjson.dumps(said, default=str).decode()


def _repeats(record: logging.LogRecord) -> str:
    repeats: int = getattr(record, "repeats", 0)
    return f" ({repeats} more like this before)" if repeats else ""
