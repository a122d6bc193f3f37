"""What the reminders of a run have added, which is known of simulated people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from streams.simulation.world.verdict import judge
from streams.simulation.world.world import World

__all__ = ["Outcome", "outcome_of"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of the streams that have begun since the first tick.

    Attributes
    ----------
    reminders : of these streams.
    came, came_without : attendances, and what they would have been without any reminder.
    by_chances : what the reminders added on the average, given who opened and remembers them:
        all but free of the luck of some dozens of people.
    muted : how often somebody switched pushes off because of one.
    """

    reminders: int
    came: int
    came_without: int
    by_chances: float
    muted: int

    @property
    def added_per_thousand(self) -> float:
        """Attendances that 1,000 reminders added, counted; 0 without reminders."""
        return 1_000.0 * (self.came - self.came_without) / max(self.reminders, 1)

    @property
    def by_chances_per_thousand(self) -> float:
        """The same by the chances."""
        return 1_000.0 * self.by_chances / max(self.reminders, 1)

    def as_dict(self) -> dict[str, Any]:
        """Everything by name."""
        return {
            "reminders": self.reminders,
            "came": self.came,
            "came_without": self.came_without,
            "added_per_thousand": round(self.added_per_thousand, 2),
            "by_chances_per_thousand": round(self.by_chances_per_thousand, 2),
            "muted": self.muted,
        }

    def sentence(self) -> str:
        """Everything in a sentence."""
        return (
            f"Known, since the people are simulated: {self.came:,} came to the streams that have "
            f"begun, {self.came_without:,} would have without reminders. {self.reminders:,} "
            f"reminders of these streams added {self.added_per_thousand:.1f} per 1,000, "
            f"by the chances {self.by_chances_per_thousand:.1f}; {self.muted:,} muted."
        )


def outcome_of(world: World, first_ts: int) -> Outcome:
    """Return what was added in a world in which nobody was reminded before `first_ts`, epoch ms."""
    start, verdict = world.programme.start, judge(world)
    turnouts = [one for stream, one in world.turnouts.items() if start[stream] > first_ts]
    return Outcome(
        reminders=int(verdict.sent.sum()),
        came=sum(len(one.came) for one in turnouts),
        came_without=sum(len(one.came_without) for one in turnouts),
        by_chances=float(verdict.expected.sum()),
        muted=int(verdict.muted.sum()),
    )
