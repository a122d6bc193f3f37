"""Record batches read as columns say what aiokafka's own reader says."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import pytest
from aiokafka.consumer.fetcher import READ_COMMITTED, PartitionRecords
from aiokafka.errors import CorruptRecordException
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.record.memory_records import MemoryRecords
from aiokafka.structs import TopicPartition
from hypothesis import given
from hypothesis import strategies as st

from features.raw_records import RawRecords
from streams.raw.batch_headers import BatchHeaders, read_headers
from streams.raw.fetched import Fetched, committed, read_fetched

TP = TopicPartition("t", 0)
BYTES = st.none() | st.binary(max_size=200)
RECORD = st.tuples(
    st.integers(0, 2**45), BYTES, BYTES, st.lists(st.tuples(st.text(max_size=4), BYTES), max_size=2)
)


@dataclass
class Batch:
    """What one batch of a log is made of."""

    codec: int
    records: list[tuple[int, bytes | None, bytes | None, list[tuple[str, bytes | None]]]]
    producer_id: int
    transactional: bool
    gap: int

    def encoded(self, base: int) -> bytes:
        """Its bytes at an offset."""
        builder = DefaultRecordBatchBuilder(
            2, self.codec, self.transactional, self.producer_id, 0, 0, 1 << 20
        )
        for at, (timestamp, key, value, headers) in enumerate(self.records):
            builder.append(at, timestamp, key, value, headers)
        data = bytearray(builder.build())
        data[:8] = base.to_bytes(8, "big")
        return bytes(data)


BATCHES = st.lists(
    st.builds(
        Batch,
        st.integers(0, 4),
        st.lists(RECORD, min_size=1, max_size=5),
        st.integers(1, 3),
        st.booleans(),
        st.integers(0, 3),
    ),
    min_size=1,
    max_size=6,
)


def _log(batches: list[Batch]) -> bytes:
    data, base = b"", 5
    for batch in batches:
        data += batch.encoded(base)
        base += len(batch.records) + batch.gap
    return data


def _headers(data: bytes) -> BatchHeaders:
    headers = read_headers(np.frombuffer(data, np.uint8))
    assert headers is not None
    return headers


def _ours(data: bytes, aborted: list[tuple[int, int]], start: int) -> Fetched:
    buffer, headers = np.frombuffer(data, np.uint8), _headers(data)
    headers.check_crcs(buffer)
    return read_fetched(buffer, headers, committed(buffer, headers, aborted), start)[0]


@given(BATCHES, st.lists(st.tuples(st.integers(1, 3), st.integers(5, 30)), max_size=3), st.data())
def test_columns_say_what_records_say(
    batches: list[Batch], aborted: list[tuple[int, int]], data: st.DataObject
) -> None:
    """Any codec, aborted transactions, a start within a batch, and a last batch that is cut off."""
    log = _log(batches)
    start = data.draw(st.integers(5, 5 + len(batches[0].records) - 1))
    cut = log + log[: data.draw(st.integers(0, 60))]
    theirs = PartitionRecords(
        TP, MemoryRecords(cut), aborted, start, None, None, True, READ_COMMITTED
    )
    rows = list(theirs)
    fetched = _ours(cut, aborted, start)
    found = fetched.records
    assert (fetched.start, fetched.end) == (start, theirs.next_fetch_offset)
    assert found.offset.tolist() == [row.offset for row in rows]
    assert found.timestamp.tolist() == [row.timestamp for row in rows]
    assert found.keys() == [row.key for row in rows]
    assert found.values() == [row.value for row in rows]
    parts = list(fetched.cut(2))
    assert RawRecords.joined([part.records for part in parts]).keys() == found.keys()
    assert [parts[0].start, *(part.end for part in parts)] == [
        *(part.start for part in parts),
        fetched.end,
    ]


@given(BATCHES, st.data())
def test_a_changed_byte_is_never_read_as_a_record(
    batches: list[Batch], data: st.DataObject
) -> None:
    """The checksum finds it; and without checksums nothing beyond the buffer is touched."""
    log = bytearray(_log(batches))
    end = 12 + int.from_bytes(log[8:12], "big")
    at = data.draw(st.integers(21, end - 1))
    log[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(CorruptRecordException):
        _ours(bytes(log), [], 5)
    buffer = np.frombuffer(bytes(log), np.uint8)
    with suppress(CorruptRecordException):
        headers = _headers(bytes(log))
        found = read_fetched(buffer, headers, headers.codec == 0, 0)[0].records
        assert (found.key_at + found.key_size <= len(buffer)).all()
        assert (found.value_at + found.value_size <= len(buffer)).all()
