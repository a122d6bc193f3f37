"""What people will do later: drawn now, told when its time comes."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TypeAlias

from features.contracts import Feedback, Interaction

__all__ = ["Agenda", "Coming"]


@dataclass(frozen=True, slots=True)
class Coming:
    """A person who means to come to a stream, if it is on then."""

    person: int
    stream_id: str
    reminder_id: str | None


Intention: TypeAlias = Interaction | Feedback | Coming


class Agenda:
    """Intentions by their time; those of the same time in the order they were noted.

    >>> agenda = Agenda()
    >>> agenda.note(20, Coming(1, "s-1", None))
    >>> agenda.pop(10), agenda.pop(20)
    (None, (20, Coming(person=1, stream_id='s-1', reminder_id=None)))
    """

    def __init__(self) -> None:
        self._due: list[tuple[int, int, Intention]] = []
        self._noted = 0

    def note(self, ts: int, what: Intention) -> None:
        """Plan something for `ts`, epoch ms."""
        self._noted += 1
        heapq.heappush(self._due, (ts, self._noted, what))

    def pop(self, until_ts: int) -> tuple[int, Intention] | None:
        """Take the next that is due up to `until_ts`, with its time; None when nothing is."""
        if not self._due or self._due[0][0] > until_ts:
            return None
        ts, _, what = heapq.heappop(self._due)
        return ts, what
