"""What must be written to the changelog: the newest record of each key that changed."""

from __future__ import annotations

__all__ = [
    "DELAY",
    "DEMAND",
    "HOST",
    "KINDS",
    "PLAN",
    "PRICE",
    "RESULTS",
    "RETENTION",
    "RUN",
    "SAMPLES",
    "SENT",
    "TIME",
    "Journal",
    "plan_key",
]

PLAN, RUN, SENT, SAMPLES, RESULTS = b"P", b"R", b"S", b"X", b"O"
TIME, PRICE, DEMAND, HOST = b"C", b"B", b"D", b"H"
RETENTION, DELAY = b"M", b"L"
KINDS = frozenset((PLAN, RUN, SENT, SAMPLES, RESULTS, TIME, PRICE, DEMAND, HOST, RETENTION, DELAY))
_RESERVED = b"\xff"


def plan_key(kind: bytes, announcement: int, number: int = 0) -> bytes:
    """Return the key of a plan's record: 0xFF, kind, announcement (8 bytes), number (4 bytes)."""
    return _RESERVED + kind + announcement.to_bytes(8, "big") + number.to_bytes(4, "big")


class Journal:
    """Keys and records in the order in which they changed; a tombstone only for what was there.

    >>> journal = Journal()
    >>> journal.put(b"a", b"1"); journal.put(b"b", b"2"); journal.drop(b"b"); journal.drop(b"c")
    >>> journal.take(), journal.take()
    ([(b'a', b'1')], [])
    >>> journal.drop(b"a"); journal.take()
    [(b'a', None)]
    """

    def __init__(self) -> None:
        self._changed: dict[bytes, bytes | None] = {}
        self._stored: set[bytes] = set()

    def put(self, key: bytes, value: bytes) -> None:
        """Write `value` at the next take."""
        self._changed[key] = value

    def drop(self, key: bytes) -> None:
        """Remove the record at the next take."""
        if key in self._stored:
            self._changed[key] = None
        else:
            self._changed.pop(key, None)

    def restored(self, key: bytes) -> None:
        """Note that the changelog holds a record of this key."""
        self._stored.add(key)

    def take(self) -> list[tuple[bytes, bytes | None]]:
        """Return what changed since the last call; None = tombstone."""
        taken, self._changed = list(self._changed.items()), {}
        self._stored.update(key for key, value in taken if value is not None)
        self._stored.difference_update(key for key, value in taken if value is None)
        return taken
