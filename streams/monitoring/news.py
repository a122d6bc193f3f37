"""A change of state, said once: a line for people, fields for machines."""

from __future__ import annotations

import logging

__all__ = ["tell"]


def tell(
    logger: logging.Logger, event: str, text: str, level: int = logging.INFO, **fields: object
) -> None:
    """Log a change of state.

    Parameters
    ----------
    event : its name, one word in lower case that never changes, to search and count by.
    text : the sentence that people read.
    fields : what it is about, as JSON has it; never a secret.
    """
    logger.log(level, text, extra={"event": event, "fields": fields})
