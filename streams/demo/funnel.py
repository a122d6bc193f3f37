"""The funnel of reminders, counted from the records themselves."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from features.contracts import Feedback, Interaction, Kpi, Reminder

__all__ = ["Funnel", "Stages"]

_MOST_PAIRS = 500_000


@dataclass(slots=True)
class Stages:
    """How many came how far.

    Attributes
    ----------
    eligible : decided by the workers; None until they publish it.
    sent, delivered, opened : reminders.
    reserved, attended, bought : pairs of a person and a stream they were reminded of before.
    muted : people.
    """

    eligible: int | None = None
    sent: int = 0
    delivered: int = 0
    opened: int = 0
    reserved: int = 0
    attended: int = 0
    bought: int = 0
    muted: int = 0


# Stage of what a reminded person does with the stream.
_STAGE = {
    "reserve": "reserved",
    "enter": "attended",
    "watch": "attended",
    "purchase": "bought",
}


class Funnel:
    """Counts what it is shown, a repeat once; what the workers publish takes its place.

    Remembers the newest 500,000 pairs of a person and a stream.

    Attributes
    ----------
    stages : the counts so far.
    """

    def __init__(self) -> None:
        self.stages = Stages()
        self._published = False
        self._reminded: dict[tuple[str, str], set[str]] = {}
        self._reports: dict[str, set[str]] = {}

    def reminder(self, reminder: Reminder) -> None:
        """Count a reminder that was emitted."""
        if self._published or reminder.reminder_id in self._reports:
            return
        self.stages.sent += 1
        self._reports[reminder.reminder_id] = set()
        self._reminded.setdefault((reminder.user_id, reminder.stream_id), set())
        for memory in (self._reports, self._reminded):
            if len(memory) > _MOST_PAIRS:
                del memory[next(iter(memory))]  # type: ignore[arg-type]

    def record(self, record: object) -> None:
        """Count feedback and interactions that follow from a reminder; others are passed over."""
        if isinstance(record, Kpi):
            self._publish(record)
        elif not self._published:
            self._count(record)

    def _count(self, record: object) -> None:
        match record:
            case Feedback(type="muted"):
                self.stages.muted += 1
            case Feedback(type="delivered" | "opened" as kind, reminder_id=str(reminder_id)):
                self._once(self._reports.get(reminder_id), kind)
            case Interaction(type=kind, user_id=user, stream_id=str(stream)) if kind in _STAGE:
                self._once(self._reminded.get((user, stream)), _STAGE[kind])

    def _publish(self, kpi: Kpi) -> None:
        if kpi.scope == "global":
            self._published = True
            self.stages = Stages(
                eligible=kpi.eligible,
                sent=kpi.sent,
                delivered=kpi.delivered,
                opened=kpi.opened,
                reserved=kpi.reserved,
                attended=kpi.attended,
                bought=kpi.purchased,
                muted=kpi.muted,
            )

    def as_dict(self) -> dict[str, int | None]:
        """The stages by name, in their order."""
        return asdict(self.stages)

    def _once(self, seen: set[str] | None, stage: str) -> None:
        if seen is not None and stage not in seen:
            seen.add(stage)
            setattr(self.stages, stage, getattr(self.stages, stage) + 1)
