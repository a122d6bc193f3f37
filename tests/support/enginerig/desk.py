"""One user partition's memory, fed by hand: what intake makes of records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from config import Settings
from features.contracts import TYPE_CODE
from features.raw_records import RawRecords
from features.row import MUTED
from streams.composition import compose
from streams.engine.intake import Intake
from streams.engine.memory import PartitionMemory
from streams.engine.outgoing import Outgoing, Record, one_by_one

__all__ = ["T0", "Desk", "as_written"]

T0 = 1_764_000_000_000
Pair = tuple[bytes | None, bytes | None]


@dataclass
class Desk:
    """One partition's memory, fed by hand."""

    partitions: int = 1
    clock: str = "topic"
    engine: dict[str, int] = field(default_factory=dict)
    memory: PartitionMemory = field(init=False)

    def __post_init__(self) -> None:
        topics = {"partitions": self.partitions}
        said = {"clock": self.clock, "topics": topics, "engine": self.engine}
        self.shared = compose(Settings.model_validate(said))
        self.memory = PartitionMemory(0, self.shared)
        self._intake = Intake(0, self.shared)
        self._offset = 0

    def apply(
        self,
        *,
        profiles: tuple[Pair, ...] = (),
        interactions: tuple[Pair, ...] = (),
        feedback: tuple[Pair, ...] = (),
        now: int = T0,
    ) -> list[Record]:
        """Apply records that arrived together, and return their dead letters."""
        topics = self.shared.topics
        came = {
            topics.profiles: profiles,
            topics.interactions: interactions,
            topics.feedback: feedback,
        }
        taken = {name: self._columns(pairs) for name, pairs in came.items()}
        return list(one_by_one(self._intake.apply(self.memory, taken, None, now)))

    def count(self, user_id: str, kind: str = "app_open") -> int | None:
        """How often a user did something; None when nobody knows the user."""
        users = self.memory.state.users
        slot = users.index.get(user_id)
        return None if slot is None else int(users.rows["totals"][slot, TYPE_CODE[kind]])

    def muted(self, user_id: str) -> bool:
        """Whether a user has switched pushes off."""
        users = self.memory.state.users
        slot = users.index.get(user_id)
        return slot is not None and bool(users.rows["flags"][slot] & MUTED)

    def _columns(self, pairs: tuple[Pair, ...]) -> RawRecords:
        keys, values = [key for key, _ in pairs], [value for _, value in pairs]
        records = RawRecords.of(keys, values, self._offset)
        self._offset += len(pairs)
        return records


def as_written(outgoing: Sequence[Outgoing]) -> RawRecords:
    """What stands in `state` then."""
    records = list(one_by_one(outgoing))
    return RawRecords.of([row.key for row in records], [row.value for row in records])
