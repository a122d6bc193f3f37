"""What crossed the wire in one run: records in, ticks, and what came out."""

from __future__ import annotations

from dataclasses import dataclass, field

from wirecheck.rules import Rules

__all__ = ["Run", "Tick", "Violation", "Wire"]

USER_INPUTS = ("interactions", "feedback", "profiles")
INPUTS = (*USER_INPUTS, "streams")


@dataclass(frozen=True, slots=True)
class Wire:
    """One Kafka record as a plain consumer sees it; `topic` without the prefix."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()

    @property
    def place(self) -> tuple[str, int, int]:
        """Topic, partition, offset: what names a record."""
        return self.topic, self.partition, self.offset


@dataclass(frozen=True, slots=True)
class Tick:
    """One tick of the topic clock.

    Attributes
    ----------
    ts : epoch ms.
    ends : (topic, partition) to the end offset of each input when the tick was written.
    """

    ts: int
    ends: dict[tuple[str, int], int]


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken rule: its name, and what broke it."""

    rule: str
    text: str


@dataclass(slots=True)
class Run:
    """Everything a checker needs to know about one run.

    Attributes
    ----------
    inputs : records of `interactions`, `feedback`, `profiles` and `streams`.
    bad : places of the input records that the contract refuses, and of streams' records with a
        copy that it refuses (`bad_copies`), which are used all the same.
    """

    prefix: str
    rules: Rules
    inputs: list[Wire]
    ticks: list[Tick]
    reminders: list[Wire]
    watermarks: list[Wire]
    dead_letters: list[Wire]
    bad: set[tuple[str, int, int]] = field(default_factory=set)
    bad_copies: set[tuple[str, int, int]] = field(default_factory=set)
