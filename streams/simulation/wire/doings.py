"""What the world's people do, and what becomes of their reminders, as records."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from features.contracts import (
    FEEDBACK_TYPES,
    INTERACTION_TYPES,
    Feedback,
    FeedbackType,
    Interaction,
    InteractionType,
)
from streams.simulation.wire.ids import Ids
from streams.simulation.world.events import Events, Feedbacks
from streams.simulation.world.hosts import CATEGORIES
from streams.simulation.world.world import World

__all__ = ["Doings"]


class Doings:
    """Turns rows of the world into interactions and feedback, in their order.

    An interaction with a stream names the reminder of it that the person opened last.

    Parameters
    ----------
    run : what event ids begin with, so that no other run has the same.
    """

    def __init__(self, world: World, ids: Ids, run: str) -> None:
        self._ids, self._run, self._events = ids, run, 0
        self._announced = len(world.programme)
        self._categories = [CATEGORIES[place] for place in world.hosts.category.tolist()]
        self._reminders: list[tuple[int, str]] = []
        self._opened: dict[int, dict[int, str]] = {}

    def sent(self, reminders: Iterable[tuple[int, str]]) -> None:
        """Note streams and ids of reminders, in the order of their numbers in the world."""
        self._reminders += reminders

    def over(self, stream: int) -> None:
        """Forget who opened reminders of a stream."""
        self._opened.pop(stream, None)

    def feedback(self, told: Feedbacks) -> list[Feedback]:
        """Return feedback as records."""
        columns = (told.user, told.kind, told.ts, told.send)
        return [self._feedback(*row) for row in zip(*map(_plain, columns), strict=True)]

    def interactions(self, events: Events) -> list[Interaction]:
        """Return interactions as records."""
        columns = (events.user, events.kind, events.ts, events.room, events.host)
        amounts = (events.dwell_ms, events.amount)
        rows = zip(*map(_plain, (*columns, *amounts)), strict=True)
        return [self._interaction(*row) for row in rows]

    def _feedback(self, user: int, kind: int, ts: int, send: int) -> Feedback:
        stream, reminder_id = self._reminders[send] if send >= 0 else (-1, None)
        name = cast(FeedbackType, FEEDBACK_TYPES[kind])
        if name == "opened" and reminder_id is not None:
            self._opened.setdefault(stream, {})[user] = reminder_id
        return Feedback(
            event_id=self._event_id(),
            type=name,
            user_id=self._ids.users[user],
            ts=ts,
            reminder_id=reminder_id,
        )

    def _interaction(
        self, user: int, kind: int, ts: int, room: int, host: int, dwell_ms: float, amount: float
    ) -> Interaction:
        name = cast(InteractionType, INTERACTION_TYPES[kind])
        record = Interaction(
            event_id=self._event_id(), type=name, user_id=self._ids.users[user], ts=ts
        )
        if room >= 0:
            record.stream_id = self._ids.stream(room)
        if host >= 0:
            record.host_id, record.category = self._ids.hosts[host], self._categories[host]
        if name == "watch":
            record.dwell_ms = int(dwell_ms)
        if amount:
            record.amount = amount
        record.reminder_id = self._opened.get(room, {}).get(user)
        return record

    def _event_id(self) -> str:
        self._events += 1
        return f"{self._run}-{self._events}"


def _plain(column: Any) -> list[Any]:
    values: list[Any] = column.tolist()
    return values
