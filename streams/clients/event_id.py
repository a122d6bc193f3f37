"""Ids of events whose producer has none of its own."""

from __future__ import annotations

import secrets
import time
import uuid

__all__ = ["new_event_id"]


def new_event_id() -> str:
    """Return a UUID version 7 (RFC 9562, section 5.7): unique, and in the order of time.

    Make it when the event happens and keep it when you send again: a repeat then counts once.

    >>> len(new_event_id()), new_event_id()[14]
    (36, '7')
    """
    ms = time.time_ns() // 1_000_000
    bits = (ms << 80) | (0x7 << 76) | (secrets.randbits(12) << 64)
    return str(uuid.UUID(int=bits | (0b10 << 62) | secrets.randbits(62)))
