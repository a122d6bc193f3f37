"""Columns laid out as record batches are what aiokafka's own builder makes of the records."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.record.default_records import DefaultRecordBatch
from hypothesis import given
from hypothesis import strategies as st

from features.headed_records import HeadedRecords, HeaderColumn
from features.raw_records import RawRecords
from streams.raw.batch_headers import read_headers
from streams.raw.compression import CODECS, GZIP, LZ4, ZSTD
from streams.raw.fetched import read_fetched
from streams.raw.filled_batches import filled_batches
from streams.raw.laid_out_batch import LaidOutBatch
from streams.raw.record_writing import lay_out

BYTES = st.none() | st.binary(max_size=300)
NAMES = st.text(max_size=5)
STATE = (2**40 + 7, 3, 2**31 - 9)


@st.composite
def _outgoing(draw: st.DrawFn) -> HeadedRecords:
    pairs = draw(st.lists(st.tuples(BYTES, BYTES), min_size=1, max_size=40))
    records = RawRecords.of([key for key, _ in pairs], [value for _, value in pairs])
    whole = np.stack([records.value_at, np.maximum(records.value_size, 0)])
    half = np.stack([records.key_at, np.maximum(records.key_size, 0) // 2])
    columns: list[HeaderColumn] = [(whole[0], whole[1]), (half[0], half[1]), b"", b"always"]
    chosen = st.lists(st.tuples(NAMES, st.sampled_from(columns)), max_size=5)
    return HeadedRecords(records, draw(chosen))


@given(_outgoing(), st.integers(100, 2_000), st.integers(0, 2**42))
def test_every_byte_is_the_same(outgoing: HeadedRecords, most: int, now_ms: int) -> None:
    """Keys, values, headers, sizes, sequence, checksum; no batch is larger than it may be."""
    place = 0
    for buffer, count in lay_out(outgoing, most):
        theirs = BatchBuilder(1 << 30, 0, is_transactional=True)
        for row in range(place, place + count):
            key, value = outgoing.records.key(row), outgoing.records.value(row)
            headers = outgoing.headers_of(row)
            theirs.append(timestamp=now_ms, key=key, value=value, headers=headers)
        place += count
        ours = LaidOutBatch(buffer, count, now_ms)
        assert ours.size() <= most or count == 1
        for batch in (ours, theirs):
            batch._set_producer_state(*STATE)
        assert ours._build() == theirs._build()
        assert ours._build() is ours._build()
    assert place == len(outgoing)


@given(_outgoing(), st.integers(100, 2_000), st.sampled_from(list(CODECS.values())))
def test_what_is_laid_out_is_read_again(outgoing: HeadedRecords, most: int, codec: int) -> None:
    """Keys and values come back, in order, whether they are compressed or not."""
    keys: list[bytes | None] = []
    values: list[bytes | None] = []
    for buffer, count in lay_out(outgoing, most):
        batch = LaidOutBatch(buffer, count, 5, codec=codec)
        data = np.frombuffer(bytes(batch._build()), np.uint8)
        headers = read_headers(data)
        assert headers is not None
        headers.check_crcs(data)
        found = read_fetched(data, headers, ~headers.control, 0)[0].records
        assert found.offset.tolist() == list(range(count))
        keys += found.keys()
        values += found.values()
    assert (keys, values) == (outgoing.records.keys(), outgoing.records.values())


@given(_outgoing(), st.sampled_from([GZIP, LZ4, ZSTD]))
def test_a_compressed_batch_is_read_by_aiokafka(outgoing: HeadedRecords, codec: int) -> None:
    """It is as large as it says, and none is larger than it was."""
    for buffer, count in lay_out(outgoing, 2_000):
        batch = LaidOutBatch(buffer, count, 5, codec=codec)
        assert batch.size() <= len(buffer)
        data = bytes(batch._build())
        assert len(data) == batch.size()
        theirs = DefaultRecordBatch(data)
        assert theirs.validate_crc()
        assert theirs.is_transactional
        assert len(list(theirs)) == count


@pytest.mark.parametrize("codec", [GZIP, LZ4, ZSTD])
def test_records_that_are_alike_take_a_fraction(codec: int) -> None:
    """As reminders of one stream are, and rows of users who did little."""
    alike = RawRecords.of([b"user-%d" % number for number in range(500)], [bytes(700)] * 500)
    (laid_out,) = lay_out(HeadedRecords(alike, ()), 1 << 20)
    batch = LaidOutBatch(*laid_out, 5, codec=codec)
    assert batch.size() < len(laid_out[0]) / 10


@given(st.lists(_outgoing(), max_size=4), st.integers(100, 2_000), st.integers(1, 9))
def test_batches_are_filled_across_chunks(
    chunks: list[HeadedRecords], most: int, times: int
) -> None:
    """All records come back in order; none but a single one is larger than it may be when sent."""
    keys: list[bytes | None] = []
    values: list[bytes | None] = []
    for batch in filled_batches(chunks, 5, GZIP, most, times * most):
        assert batch.size() <= most or batch.record_count() == 1
        data = bytes(batch._build())
        rows = list(DefaultRecordBatch(data))
        assert [row.offset for row in rows] == list(range(batch.record_count()))
        keys += [row.key for row in rows]
        values += [row.value for row in rows]
    whole = RawRecords.joined([chunk.records for chunk in chunks])
    assert (keys, values) == (whole.keys(), whole.values())


def test_what_shrinks_is_sent_in_few_batches() -> None:
    """Each may hold twice as much as the one before; headers are those of the chunk."""
    alike = RawRecords.of([b"user"] * 4_000, [bytes(700)] * 4_000)
    chunks = [HeadedRecords(alike, [("from", b"%d" % number)]) for number in range(3)]
    batches = list(filled_batches(chunks, 5, GZIP, 1 << 20, 8 << 20))
    first, second, third, rest = [batch.record_count() for batch in batches]
    assert (second // first, third // first, first + second + third + rest) == (2, 4, 12_000)
    rows = [row for batch in batches for row in DefaultRecordBatch(bytes(batch._build()))]
    said = [dict(row.headers)["from"] for row in rows]
    assert said == [b"0"] * 4_000 + [b"1"] * 4_000 + [b"2"] * 4_000


def test_a_chunk_is_asked_for_when_its_records_may_fit() -> None:
    """Reminders are rendered part by part: never all of them before the first is sent."""
    asked: list[int] = []

    def chunks() -> Iterator[HeadedRecords]:
        for number in range(4):
            asked.append(number)
            yield HeadedRecords(RawRecords.of([b"user"] * 100, [bytes(700)] * 100), ())

    batches = filled_batches(chunks(), 5, GZIP, 50_000, 50_000)
    counts = [(batch.record_count(), len(asked)) for batch in batches]
    # Of 70 records each, the second is the first to need the second chunk.
    assert counts == [(70, 1), (70, 2), (70, 3), (70, 3), (70, 4), (50, 4)]


def test_batches_stay_as_large_as_they_may_be() -> None:
    """Of what shrinks to a seventh or so twice as much fits in as without compression."""
    noise = np.random.default_rng(1).bytes(140 * 700)
    values = [noise[at : at + 140] + bytes(860) for at in range(0, len(noise), 140)]
    chunk = HeadedRecords(RawRecords.of([None] * 700, values), ())
    batches = list(filled_batches([chunk], 5, GZIP, 50_000, 400_000))
    first, *others = [batch.record_count() for batch in batches[:-1]]
    assert len(others) > 2
    assert {count // first for count in others} == {2}


def test_what_no_longer_shrinks_is_sent_as_if_nothing_had_shrunk() -> None:
    """A batch that turns out too large is laid out again, smaller; no record is lost."""
    noise = np.random.default_rng(1).bytes(400_000)
    values = [bytes(1_000)] * 300 + [noise[at : at + 1_000] for at in range(0, 400_000, 1_000)]
    chunk = HeadedRecords(RawRecords.of([None] * 700, values), ())
    batches = list(filled_batches([chunk], 5, GZIP, 50_000, 400_000))
    assert max(batch.size() for batch in batches) <= 50_000
    rows = [row for batch in batches for row in DefaultRecordBatch(bytes(batch._build()))]
    assert [row.value for row in rows] == values
