"""What a worker says about itself: one line per change of state, none per event."""

from __future__ import annotations

import logging.config
from typing import Any

from config.monitoring import Log

__all__ = ["configure_log", "log_config"]

# Faust's consumer warns about partitions that are merely idle (its checks race with its thread).
TALKATIVE = ("aiokafka", "faust", "mode", "kafka")
_FORMATTERS = {"text": "TextFormatter", "json": "JsonFormatter"}


def log_config(log: Log) -> dict[str, Any]:
    """Return what `logging.config.dictConfig` and Faust's own command are told.

    Everything goes to standard error: our own news, and only errors of the libraries.
    """
    formatter = f"streams.monitoring.log_format.{_FORMATTERS[log.format]}"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": formatter}},
        "filters": {"repeats": {"()": "streams.monitoring.log_repeats.RepeatFilter"}},
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "line",
                "filters": ["repeats"],
            }
        },
        "root": {"level": "INFO", "handlers": ["stderr"]},
        "loggers": {name: {"level": "ERROR"} for name in TALKATIVE},
    }


def configure_log(log: Log) -> None:
    """Log from now on as the settings say."""
    logging.config.dictConfig(log_config(log))
