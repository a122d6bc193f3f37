"""The headers of the record batches in what a fetch brought, as columns."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from aiokafka.errors import CorruptRecordException

from features.compiled import compiled
from online_models.arrays import Bools, Ints
from streams.raw.checksums import crc32c

__all__ = ["HEADER_BYTES", "OLDER_MAGIC", "BatchHeaders", "read_headers"]

HEADER_BYTES = 61
"""Where the records of a batch begin."""
OLDER_MAGIC = -2
"""What stands for a batch of a format before version 2, which is not read here."""

_LOG_OVERHEAD = 12
_MAGIC_AT = 16
_CRC_AT = 17
_ATTRIBUTES_AT = 21
_LEAST_BYTES = 26
_MAGIC = 2
_CORRUPT = -1
_LEAST_RECORD_BYTES = 7
_COLUMNS = 10


class BatchHeaders:
    """What is said of m whole record batches of version 2.

    Attributes
    ----------
    begin, end : int64[m], where the bytes of the batch lie.
    attributes : int64[m], codec in bits 0 to 2, log append time 3, transactional 4, control 5.
    base_offset, last_offset : int64[m]; the last may be of a record that compaction removed.
    first_ts, max_ts : int64[m], epoch ms.
    producer_id : int64[m], −1 for none.
    count : int64[m], records.
    crc : int64[m].
    """

    begin: Ints
    end: Ints
    attributes: Ints
    base_offset: Ints
    last_offset: Ints
    first_ts: Ints
    max_ts: Ints
    producer_id: Ints
    count: Ints
    crc: Ints

    def __init__(self, table: Ints) -> None:
        (
            self.begin,
            self.end,
            self.attributes,
            self.base_offset,
            self.last_offset,
            self.first_ts,
            self.max_ts,
            self.producer_id,
            self.count,
            self.crc,
        ) = table

    def __len__(self) -> int:
        return len(self.begin)

    @property
    def codec(self) -> Ints:
        """int64[m], Kafka's number of the compression, 0 for none."""
        return self.attributes & 7

    @property
    def transactional(self) -> Bools:
        """bool[m], whether the batch belongs to a transaction."""
        return self.attributes & 16 > 0

    @property
    def control(self) -> Bools:
        """bool[m], whether the batch is a marker of a transaction's end."""
        return self.attributes & 32 > 0

    def check_crcs(self, data: npt.NDArray[np.uint8]) -> None:
        """Compare every checksum with the bytes.

        Raises
        ------
        aiokafka.errors.CorruptRecordException
        """
        view = data.data
        for begin, end, crc in zip(
            self.begin.tolist(), self.end.tolist(), self.crc.tolist(), strict=True
        ):
            if crc32c(view[begin + _ATTRIBUTES_AT : end]) != crc:
                raise CorruptRecordException(f"Invalid CRC of the batch at byte {begin}")


def read_headers(data: npt.NDArray[np.uint8]) -> BatchHeaders | None:
    """Read the header of every whole batch; the last one is often cut off and left out.

    Returns
    -------
    None when one of the batches is of an older format.

    Raises
    ------
    aiokafka.errors.CorruptRecordException
    """
    count = _count_batches(data)
    if count == OLDER_MAGIC:
        return None
    if count == _CORRUPT:
        raise CorruptRecordException("a record batch is shorter than its header")
    table = np.empty((_COLUMNS, count), np.int64)
    if not _fill(data, table):
        raise CorruptRecordException("a record batch says more records than it has bytes for")
    return BatchHeaders(table)


@compiled
def _big_endian(data: npt.NDArray[np.uint8], at: int, size: int) -> int:
    found = np.int64(data[at])
    if found >= 128:
        found -= 256
    for place in range(at + 1, at + size):
        found = (found << 8) | np.int64(data[place])
    return int(found)


@compiled
def _count_batches(data: npt.NDArray[np.uint8]) -> int:
    at, count = 0, 0
    while at + _LOG_OVERHEAD <= len(data):
        size = _LOG_OVERHEAD + _big_endian(data, at + 8, 4)
        if size < _LEAST_BYTES:
            return _CORRUPT
        if at + size > len(data):
            break
        magic = _big_endian(data, at + _MAGIC_AT, 1)
        if magic < _MAGIC:
            return OLDER_MAGIC
        if size < HEADER_BYTES:
            return _CORRUPT
        at += size
        count += 1
    return count


@compiled
def _fill(data: npt.NDArray[np.uint8], table: Ints) -> bool:
    at = 0
    for batch in range(table.shape[1]):
        end = at + _LOG_OVERHEAD + _big_endian(data, at + 8, 4)
        base = _big_endian(data, at, 8)
        count = _big_endian(data, at + 57, 4)
        attributes = _big_endian(data, at + _ATTRIBUTES_AT, 2)
        if count < 0:
            return False
        if (attributes & 7) == 0 and count * _LEAST_RECORD_BYTES > end - at - HEADER_BYTES:
            return False
        table[0, batch] = at
        table[1, batch] = end
        table[2, batch] = attributes
        table[3, batch] = base
        table[4, batch] = base + _big_endian(data, at + 23, 4)
        table[5, batch] = _big_endian(data, at + 27, 8)
        table[6, batch] = _big_endian(data, at + 35, 8)
        table[7, batch] = _big_endian(data, at + 43, 8)
        table[8, batch] = count
        table[9, batch] = _big_endian(data, at + _CRC_AT, 4) & 0xFFFFFFFF
        at = end
    return True
