"""What a partition decides at one moment, as records."""

from __future__ import annotations

from dataclasses import dataclass, field

from streams.engine.emission import example_records, reminder_records
from streams.engine.memory import PartitionMemory
from streams.engine.outgoing import Outgoing, Record
from streams.engine.shared import Shared

__all__ = ["Decided", "decide"]

MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True)
class Decided:
    """What comes of the decisions up to a moment.

    Attributes
    ----------
    clock_ts : the moment, epoch ms.
    reminders : records of `reminders` that are due.
    examples : records of `examples`, of streams that have closed.
    is_news : whether there is more to write than how far time has come.
    """

    clock_ts: int
    reminders: list[Outgoing] = field(default_factory=list)
    examples: list[Record] = field(default_factory=list)
    is_news: bool = False


def decide(memory: PartitionMemory, shared: Shared, prev_ms: int, now_ms: int) -> Decided:
    """Decide what is due in (`prev_ms`, `now_ms`], epoch ms, and note it in `memory`.

    `prev_ms`: −1 where nothing was decided before. Once a minute what no decision asks for any more
    is forgotten first.
    """
    state, planner, board, snapshot = memory.state, memory.planner, shared.board, shared.snapshot
    if now_ms // MINUTE_MS != prev_ms // MINUTE_MS:
        memory.tidy(now_ms, board, shared.settings.engine.max_users_per_partition)
    decision = planner.decide(state, board, snapshot, prev_ms, now_ms)
    is_news = bool(decision.due or decision.planned or decision.opened or planner.quotas.has_notes)
    shared.monitor.counts.decided(memory.number, decision)
    memory.attribution.decided(state, board, decision, now_ms)
    examples = example_records(planner.close_labels(state, board, now_ms))
    reminders = reminder_records(decision, state, board, snapshot, shared.decisions)
    return Decided(now_ms, reminders, examples, is_news)
