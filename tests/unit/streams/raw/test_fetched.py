"""What a fetch brought, as columns."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from aiokafka.errors import CorruptRecordException, UnsupportedCodecError
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.record.legacy_records import LegacyRecordBatchBuilder
from aiokafka.record.util import calc_crc32c

from streams.raw.batch_headers import read_headers
from streams.raw.fetched import Fetched, committed, read_fetched

CONTROL, TRANSACTIONAL = 32, 16
GZIP = 1


def _batch(
    base: int, *values: bytes, producer_id: int = -1, attributes: int = 0, codec: int = 0
) -> bytes:
    builder = DefaultRecordBatchBuilder(2, codec, 0, producer_id, 0, 0, 1 << 20)
    for at, value in enumerate(values):
        builder.append(at, 1_000 + at, value, value, [])
    data = bytearray(builder.build())
    struct.pack_into(">q", data, 0, base)
    return _signed(data, attributes | codec)


def _signed(data: bytearray, attributes: int) -> bytes:
    struct.pack_into(">h", data, 21, attributes)
    struct.pack_into(">I", data, 17, calc_crc32c(bytes(data[21:])))
    return bytes(data)


def _marker(base: int, producer_id: int, *, abort: bool) -> bytes:
    key = struct.pack(">hh", 0, 0 if abort else 1)
    return _batch(base, key, producer_id=producer_id, attributes=CONTROL | TRANSACTIONAL)


def _parts(log: bytes, aborted: Any = (), start: int = 0) -> Iterator[Fetched]:
    data = np.frombuffer(log, np.uint8)
    headers = read_headers(data)
    assert headers is not None
    headers.check_crcs(data)
    wanted, batch = committed(data, headers, aborted), 0
    while batch < len(headers):
        fetched, batch = read_fetched(data, headers, wanted, start, batch)
        start = fetched.end
        yield fetched


def _read(log: bytes, aborted: Any = (), start: int = 0) -> Fetched:
    (whole,) = _parts(log, aborted, start)
    return whole


def test_aborted_transactions_end_with_their_marker() -> None:
    """A producer's next transaction is committed, and others' are not touched."""
    log = b"".join(
        [
            _batch(0, b"lost", producer_id=1, attributes=TRANSACTIONAL),
            _batch(1, b"other", producer_id=2, attributes=TRANSACTIONAL),
            _batch(2, b"plain", producer_id=1),
            _marker(3, 1, abort=True),
            _batch(4, b"kept", producer_id=1, attributes=TRANSACTIONAL),
            _marker(5, 1, abort=False),
            _marker(6, 2, abort=False),
        ]
    )
    fetched = _read(log, [(1, 0)])
    assert fetched.records.values() == [b"other", b"plain", b"kept"]
    assert (fetched.start, fetched.end) == (0, 7)
    assert _read(log).records.values() == [b"lost", b"other", b"plain", b"kept"]


def test_markers_alone_are_read_as_nothing() -> None:
    """There is an end all the same, from which to go on."""
    fetched = _read(_marker(4, 1, abort=False), start=4)
    assert (len(fetched.records), fetched.start, fetched.end) == (0, 4, 5)


def test_the_broker_may_set_the_time() -> None:
    """With log append time all records of a batch have the batch's."""
    data = bytearray(_batch(0, b"a", b"b"))
    struct.pack_into(">q", data, 35, 77)
    assert _read(_signed(data, 8)).records.timestamp.tolist() == [77, 77]


def test_older_formats_are_not_ours() -> None:
    """They are left to aiokafka's reader."""
    builder = LegacyRecordBatchBuilder(1, 0, 1 << 20)
    builder.append(0, 1, b"k", b"v")
    assert read_headers(np.frombuffer(bytes(builder.build()), np.uint8)) is None


@pytest.mark.parametrize("size", [0, 1, 25, 48])
def test_a_batch_shorter_than_its_header_is_corrupt(size: int) -> None:
    """Whatever it says of its length."""
    data = bytearray(_batch(0, b"a"))
    struct.pack_into(">i", data, 8, size)
    with pytest.raises(CorruptRecordException):
        _read(bytes(data))


@pytest.mark.parametrize("count", [-1, 0, 2, 2**31 - 1])
def test_a_count_that_is_wrong_is_corrupt(count: int) -> None:
    """More records than bytes, fewer than bytes, or less than none."""
    data = bytearray(_batch(0, b"a"))
    struct.pack_into(">i", data, 57, count)
    with pytest.raises(CorruptRecordException):
        _read(_signed(data, 0))


def test_an_unknown_codec_is_said_to_be_so() -> None:
    """Numbers 5 to 7 stand for nothing today."""
    with pytest.raises(UnsupportedCodecError):
        _read(_signed(bytearray(_batch(0, b"a")), 6))


def test_what_is_compressed_comes_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """They follow each other without a gap, markers and aborted batches between them included."""
    monkeypatch.setattr("streams.raw.fetched.PART_BYTES", 1)
    log = b"".join(
        [
            _batch(0, b"a", b"b", codec=GZIP),
            _marker(2, 1, abort=False),
            _batch(3, b"lost", producer_id=2, attributes=TRANSACTIONAL, codec=GZIP),
            _batch(4, b"c", codec=GZIP),
            _batch(5, b"d"),
            _marker(6, 2, abort=True),
        ]
    )
    parts = list(_parts(log, [(2, 3)], start=1))
    assert [part.records.values() for part in parts] == [[b"b"], [b"c"], [b"d"]]
    assert [(part.start, part.end) for part in parts] == [(1, 4), (4, 5), (5, 7)]


def test_a_fetch_that_is_not_compressed_is_one_part(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its records are read where they lie."""
    monkeypatch.setattr("streams.raw.fetched.PART_BYTES", 1)
    (whole,) = _parts(_batch(0, b"a") + _batch(1, b"b"))
    assert whole.records.values() == [b"a", b"b"]
