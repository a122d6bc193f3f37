"""What a worker says about itself: one line per change of state, none per event."""

from __future__ import annotations

import logging

__all__ = ["configure_log"]

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
# Faust's consumer warns about partitions that are merely idle (its checks race with its thread).
TALKATIVE = ("aiokafka", "faust", "mode", "kafka")


def configure_log() -> None:
    """Log to standard error: our own news, and only errors of the libraries."""
    logging.basicConfig(level=logging.INFO, format=FORMAT)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.ERROR)
