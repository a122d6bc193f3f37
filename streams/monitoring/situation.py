"""How a worker stands, as seen at one moment: plain values that any thread may read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

__all__ = ["PartitionSituation", "Place", "Situation", "Stall", "State"]

Place = tuple[str, int]
"""A topic by its full name, and a partition of it."""

State = Literal["waiting", "restoring", "ready"]
"""What an owned partition is doing."""


@dataclass(frozen=True, slots=True)
class Stall:
    """Something that should move and does not.

    Attributes
    ----------
    what : of which thing, for people.
    partition : whose it is; None for what concerns the whole worker.
    lasted_s : for how long.
    place, taken : the input and the next offset to take of it, where it is an input that stands.
    """

    what: str
    partition: int | None
    lasted_s: float
    place: Place | None = None
    taken: int = 0


@dataclass(frozen=True, slots=True)
class PartitionSituation:
    """One owned user partition.

    Attributes
    ----------
    state : `waiting` to be opened, `restoring` or `ready`.
    restored_ratio : how much of its changelog has been read back, 1 when ready.
    watermark_age_s : the clock less its watermark; None before the first.
    lag_records : records behind the committed offset by short topic name, where that is known.
    """

    state: State
    restored_ratio: float
    watermark_age_s: float | None
    lag_records: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Situation:
    """The worker at `seen_s` (monotonic seconds).

    Attributes
    ----------
    kafka_answered_s : when Kafka last said where the inputs end, monotonic seconds.
    joined : whether the consumer group has given the worker its share of the partitions.
    partitions : what is owned, by number.
    stalls : what has not moved for a while although it should; short ones too.
    """

    seen_s: float
    kafka_answered_s: float
    joined: bool
    stopping: bool
    partitions: Mapping[int, PartitionSituation] = field(default_factory=dict)
    stalls: tuple[Stall, ...] = ()
