"""What a worker does before it asks for partitions, so that it does not stall when it has some."""

from __future__ import annotations

import logging
import time

from features.rehearsal import rehearse

__all__ = ["get_ready"]

logger = logging.getLogger(__name__)
WORTH_A_LINE_S = 2.0


def get_ready() -> None:
    """Have every compiled kernel of the way of an event at hand; say so when it took long."""
    started = time.perf_counter()
    rehearse()
    took_s = time.perf_counter() - started
    if took_s > WORTH_A_LINE_S:
        logger.info("compiled what events need in %.1f s; the next start finds it cached", took_s)
