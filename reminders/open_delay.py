"""How long after it came a reminder is opened, among those who open it.

Of reminders that come shortly before the start only the early openings are ever seen. So only those
tell that came as long before it as openings are waited for.
"""

from __future__ import annotations

import msgspec

from reminders.journal import DELAY, Journal

__all__ = ["DELAY_BEFORE_S", "OpenDelay"]

DELAY_BEFORE_S = 1_200.0
"""The mean that is believed before any opening is seen."""
OPENINGS_BEFORE = 20.0
"""How many openings weigh as much as that."""
KNOWN_OPENINGS = 10_000.0
"""Beyond so many all are halved, so that habits may change."""


class _Openings(msgspec.Struct, array_like=True):
    """How many openings, and the sum of their delays in seconds."""

    count: float = 0.0
    total_s: float = 0.0


class OpenDelay:
    """The mean delay of the openings of a partition, kept in the journal.

    >>> delay = OpenDelay(Journal())
    >>> delay.mean_s
    1200.0
    >>> for _ in range(20): delay.learn(2_400.0)
    >>> delay.mean_s
    1800.0
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._seen = _Openings()

    @property
    def mean_s(self) -> float:
        """The mean delay, drawn towards the one before while few are seen."""
        seen = self._seen
        total_s = seen.total_s + OPENINGS_BEFORE * DELAY_BEFORE_S
        return total_s / (seen.count + OPENINGS_BEFORE)

    def learn(self, delay_s: float) -> None:
        """Add one opening."""
        seen = self._seen
        seen.count, seen.total_s = seen.count + 1.0, seen.total_s + delay_s
        if seen.count > KNOWN_OPENINGS:
            seen.count, seen.total_s = seen.count / 2.0, seen.total_s / 2.0
        self._journal.put(_KEY, msgspec.msgpack.encode(seen))

    def restore(self, key: bytes, value: bytes) -> None:
        """Take a record of the journal."""
        self._journal.restored(key)
        self._seen = msgspec.msgpack.decode(value, type=_Openings)


_KEY = b"\xff" + DELAY
