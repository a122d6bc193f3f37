"""Let today's release go on where a recorded one stopped."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from kafka import KafkaProducer
from oldstate.recording import Recording
from testbed.bus import Bus
from testbed.workers import Workers
from wirecheck.records import INPUTS, Run, Wire
from wirecheck.rules import Rules

__all__ = ["put_back", "second_half"]

RULES = Rules(partitions=1)
TICK_S = 90.0


def put_back(recording: Recording, bootstrap_servers: str) -> None:
    """Write what every topic held at half-time; each record gets the offset that it had."""
    for name, rows in recording.topics.items():
        if name in INPUTS or name == "clock":
            producer = KafkaProducer(bootstrap_servers=bootstrap_servers)
            _write(producer, recording.prefix + name, rows)
        else:
            producer = KafkaProducer(
                bootstrap_servers=bootstrap_servers, transactional_id=f"put-back-{name}"
            )
            producer.init_transactions()
            for run in _runs(rows):
                producer.begin_transaction()
                _write(producer, recording.prefix + name, run)
                producer.commit_transaction()
        producer.close()


def second_half(recording: Recording, bootstrap_servers: str, crew: Workers) -> Run:
    """Play the ticks that are left, and return the whole run, both halves of it."""
    with Bus(bootstrap_servers, recording.prefix, RULES.partitions) as bus:
        for name in INPUTS:
            bus.written += recording.topics[name]
            bus.ends[name, 0] = len(recording.topics[name])
        later = list(recording.later)
        for tick in recording.ticks[recording.half :]:
            while later and later[0].offset < tick.ends[later[0].topic, 0]:
                one = later.pop(0)
                bus.write(one.topic, one.key, one.value)
            bus.tick(tick.ts)
            done = bus.poll_until(partial(_marked, bus, tick.ts), TICK_S, crew.check)
            assert done, crew.log()
        bad = recording.bad | recording.bad_copies
        bus.poll_until(lambda: len(bus.read["dead-letters"]) >= len(bad), 10, crew.check)
        return Run(
            recording.prefix,
            RULES,
            bus.written,
            recording.ticks,
            bus.read["reminders"],
            bus.read["watermarks"],
            bus.read["dead-letters"],
            recording.bad,
            recording.bad_copies,
        )


def _marked(bus: Bus, ts: int) -> bool:
    marks = [json.loads(one.value or b"{}") for one in bus.read["watermarks"]]
    ends = [one["reminders_end_offset"] for one in marks if one["clock_ts"] == ts]
    return bool(ends) and bus.reminder_ends[0] >= ends[-1]


def _runs(rows: Sequence[Wire]) -> Iterator[list[Wire]]:
    """Records between two transaction markers."""
    run: list[Wire] = []
    for row in rows:
        if run and row.offset != run[-1].offset + 1:
            assert row.offset == run[-1].offset + 2, f"{row.topic}: more than a marker is missing"
            yield run
            run = []
        run.append(row)
    if run:
        yield run


def _write(producer: KafkaProducer, topic: str, rows: Sequence[Wire]) -> None:
    sent = [
        producer.send(topic, key=one.key, value=one.value, headers=list(one.headers), partition=0)
        for one in rows
    ]
    producer.flush(timeout=60)
    for future, row in zip(sent, rows, strict=True):
        assert future.get().offset == row.offset, replace(row, value=None)
