"""What a transaction says, and in which order."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Any

import msgspec
import pytest
from enginerig.memory_producer import MemoryProducer

from features.contracts import Watermark
from features.headed_records import HeadedRecords
from features.raw_records import RawRecords
from streams.engine.commits import no_one_waits
from streams.engine.meta import META_KEY, PartitionMeta
from streams.engine.outbox import FEW, Outbox, write_outbox
from streams.engine.outgoing import Outgoing, Record
from streams.engine.topic_names import TopicNames
from streams.raw.compression import LZ4

TOPICS = TopicNames.with_prefix("p.")
OFFSETS = {TOPICS.interactions: 5, TOPICS.feedback: 6, TOPICS.profiles: 7, TOPICS.streams: 8}


def _write(outbox: Outbox, reminders_end: int = 42) -> tuple[MemoryProducer, PartitionMeta]:
    producer = MemoryProducer()
    meta, state_end = asyncio.run(
        write_outbox(outbox, producer, 3, TOPICS, reminders_end, no_one_waits)
    )
    assert state_end == 100 + len(producer.records(TOPICS.state))
    return producer, meta


def _letter(name: str) -> Record:
    return Record(name.encode(), b"")


def test_everything_goes_where_it_belongs() -> None:
    """State and reminders into the user partition, all else into the single partition."""
    bad = HeadedRecords(RawRecords.of([b"d"], [b""]), [])
    outbox = Outbox(OFFSETS, 1_000, [_letter("u")], [_letter("r")], [bad], [_letter("e")])
    producer, _ = _write(outbox)
    where = {topic: partition for topic, partition, _ in producer.log}
    assert where == {
        TOPICS.state: 3,
        TOPICS.reminders: 3,
        TOPICS.dead_letters: 0,
        TOPICS.examples: 0,
        TOPICS.watermarks: 0,
    }


def test_the_watermark_names_the_offset_after_the_last_reminder() -> None:
    """So it is written after them; the progress says the same."""
    producer, meta = _write(Outbox(OFFSETS, 1_000, reminders=[_letter("r1"), _letter("r2")]))
    ((_, mark),) = producer.records(TOPICS.watermarks)
    watermark = msgspec.json.decode(mark.value or b"", type=Watermark)
    assert watermark == Watermark(
        partition=3, clock_ts=1_000, offsets=OFFSETS, reminders_end_offset=102
    )
    assert mark.key == b"3"
    assert meta == PartitionMeta(offsets=OFFSETS, clock_ts=1_000, reminders_end_offset=102)
    assert producer.steps.index(TOPICS.reminders) < producer.steps.index(TOPICS.watermarks)


def test_without_reminders_the_last_offset_stays() -> None:
    """And nothing is written to topics that have nothing to hear."""
    producer, meta = _write(Outbox(OFFSETS, 1_000))
    assert meta.reminders_end_offset == 42
    assert {topic for topic, _, _ in producer.log} == {TOPICS.state, TOPICS.watermarks}


def test_the_progress_is_the_last_record_of_state() -> None:
    """It is in the transaction, after all that changed, with reminders and without."""
    for reminders in ([], [_letter("r")]):
        changed: list[Outgoing] = [_letter("u1"), _letter("u2")]
        producer, meta = _write(Outbox(OFFSETS, 1_000, changed, [*reminders]))
        written = [record for _, record in producer.records(TOPICS.state)]
        assert [record.key for record in written] == [b"u1", b"u2", META_KEY]
        assert PartitionMeta.from_bytes(written[-1].value or b"") == meta


def test_few_reminders_go_first_and_are_told() -> None:
    """Before the changed rows take their time; who has none waits for nothing."""
    for reminders, before in (([_letter("r")], ["begin", TOPICS.reminders]), ([], ["begin"])):
        producer, told = MemoryProducer(), list[list[str]]()
        outbox = Outbox(OFFSETS, 1_000, [_letter("u")], [*reminders])
        say = partial(_note, told, producer)
        asyncio.run(write_outbox(outbox, producer, 3, TOPICS, 0, say))
        assert told[0] == before
        assert producer.steps[len(before)] == TOPICS.state


def _note(told: list[list[str]], producer: MemoryProducer) -> None:
    told.append(list(producer.steps))


def test_rows_are_under_way_while_many_reminders_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """They do not wait for the broker to have the reminders, nor does anybody else."""
    producer, rows_written = MemoryProducer(), asyncio.Event()
    write = producer.write

    async def wait(topic: str, partition: int, outgoing: Sequence[Outgoing], **options: Any) -> int:
        if topic == TOPICS.reminders:
            await asyncio.wait_for(rows_written.wait(), 10)
        elif topic == TOPICS.state:
            rows_written.set()
        return await write(topic, partition, outgoing, **options)

    monkeypatch.setattr(producer, "write", wait)
    many = HeadedRecords(RawRecords.of([b"r"] * (FEW + 1), [b""] * (FEW + 1)), [])
    outbox, told = Outbox(OFFSETS, 1_000, [_letter("u")], [many]), list[list[str]]()
    say = partial(_note, told, producer)
    meta, _ = asyncio.run(write_outbox(outbox, producer, 3, TOPICS, 0, say))
    assert meta.reminders_end_offset == 100 + FEW + 1
    assert told[0] == ["begin"]


def test_what_others_read_is_compressed_as_the_settings_say() -> None:
    """They may have a client of Kafka that does not know LZ4, as which only workers' is written."""
    bad = HeadedRecords(RawRecords.of([b"d"], [b""]), [])
    outbox = Outbox(OFFSETS, 1_000, [_letter("u")], [_letter("r")], [bad], [_letter("e")])
    outbox.kpi_parts, outbox.visits = [_letter("k")], [_letter("v")]
    producer, _ = _write(outbox)
    assert producer.codecs.pop(TOPICS.state) == LZ4
    assert set(producer.codecs) >= {TOPICS.reminders, TOPICS.dead_letters}
    assert set(producer.codecs.values()) == {None}
    assert {topic for topic, most in producer.most_laid_out.items() if most} == {
        TOPICS.dead_letters
    }


def test_the_memory_of_columns_is_told() -> None:
    """Those of rows, reminders and dead letters; single records are few."""
    rows = RawRecords.of([b"user"], [bytes(96)])
    headed = HeadedRecords(RawRecords.of([b"user"], [bytes(46)]), [])
    outbox = Outbox(OFFSETS, 1_000, [rows, _letter("m")], [headed, headed], [headed])
    assert outbox.nbytes == 100 + 3 * 50


def test_one_transaction_with_the_offsets_of_the_user_inputs() -> None:
    """`streams` is read by all, so its offset is only in the progress and the watermark."""
    producer, _ = _write(Outbox(OFFSETS, 1_000, reminders=[_letter("r")]))
    assert (producer.steps[0], producer.steps[-1]) == ("begin", "commit")
    assert producer.committed == {
        (TOPICS.interactions, 3): 5,
        (TOPICS.feedback, 3): 6,
        (TOPICS.profiles, 3): 7,
    }


def test_nothing_is_committed_after_a_failed_write(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error on the way leaves the transaction open, to be aborted by the next owner."""
    producer = MemoryProducer()

    async def refuse(*_: object, **__: object) -> int:
        raise TimeoutError

    monkeypatch.setattr(producer, "write", refuse)
    with pytest.raises(TimeoutError):
        asyncio.run(write_outbox(Outbox(OFFSETS, 1_000), producer, 3, TOPICS, 0, no_one_waits))
    assert producer.steps == ["begin"]
