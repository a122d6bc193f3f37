"""The world driven on the topic clock: each step before its tick, its reminders after it."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import msgspec

from features.contracts import Feedback, Reminder, StreamRecord
from features.contracts.examples import EXAMPLES
from streams.clients import EventProducer
from streams.simulation.barrier import TickBarrier
from streams.simulation.run import FIRST_TICK_TS, STEP_MS, TopicRun
from streams.simulation.wire.wire_world import WireWorld, WorldRecord

_FORM = msgspec.convert(EXAMPLES["reminders"][0][1], Reminder)


class Wire:
    """Producer and barrier in one: notes what is written, and reminds everybody of a stream."""

    def __init__(self, users: int) -> None:
        self.written: list[WorldRecord | int] = []
        self.funnel = None
        self._users = users

    def send(self, record: WorldRecord) -> None:
        """Note a record."""
        self.written.append(record)

    def tick(self, ts: int) -> None:
        """Note a tick."""
        self.written.append(ts)

    def wait(self, tick: int, while_waiting: Callable[[], None]) -> list[Reminder]:
        """Return reminders of the stream that was announced last."""
        while_waiting()
        stream = [one for one in self.written if isinstance(one, StreamRecord) and one.start_ts][-1]
        return [
            msgspec.structs.replace(
                _FORM,
                reminder_id=f"r-{tick}-{user}",
                user_id=f"u-{user:06d}",
                stream_id=stream.stream_id,
                send_ts=tick - STEP_MS + 1,
            )
            for user in range(self._users)
        ]


def test_a_step_is_written_before_its_tick_and_answered_after_it() -> None:
    """All of (previous tick, this tick] lies before this tick; feedback never in the past."""
    users, wire = 50, Wire(50)
    world = WireWorld(1, users, 20, first_ts=FIRST_TICK_TS, history_days=0, tick_ms=STEP_MS)
    run = TopicRun(world, cast(EventProducer, wire), cast(TickBarrier, wire))
    run.begin()
    asked = []
    moments = [run.advance(lambda: asked.append(1)) for _ in range(6)]
    assert len(asked) == 6
    assert [moment.now for moment in moments] == [FIRST_TICK_TS + n * STEP_MS for n in range(1, 7)]
    assert all(len(moment.reminders) == users for moment in moments)
    last = 0
    for one in wire.written:
        if isinstance(one, int):
            last = one
        elif last:
            assert last < one.ts <= last + STEP_MS
    delivered = [one for one in wire.written if isinstance(one, Feedback)]
    assert sum(one.type == "delivered" for one in delivered) >= 4 * users
