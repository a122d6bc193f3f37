"""Records of uncompressed bytes of record batches, read into columns."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from aiokafka.errors import CorruptRecordException

from features.compiled import compiled
from features.raw_records import NO_BYTES, RawRecords
from online_models.arrays import Ints
from streams.raw.varints import read_varint

__all__ = ["read_records"]

_LOG_APPEND_TIME = 8
_LEAST_RECORD_BYTES = 7


def read_records(
    data: npt.NDArray[np.uint8], begin: Ints, end: Ints, said: tuple[Ints, ...]
) -> RawRecords:
    """Read the records of m batches; their headers are passed over.

    Parameters
    ----------
    begin, end : int64[m], where the records of each batch lie in `data`, uncompressed.
    said : count, attributes, base_offset, first_ts and max_ts of the batches, int64[m] each.

    Raises
    ------
    aiokafka.errors.CorruptRecordException
    """
    count = said[0]
    if (count * _LEAST_RECORD_BYTES > end - begin).any():
        raise CorruptRecordException("a record batch says more records than it has bytes for")
    columns = np.empty((6, int(count.sum())), np.int64)
    bad = _read(data, begin, end, np.stack(said), columns)
    if bad >= 0:
        raise CorruptRecordException(f"the records of batch {bad} of the fetch are malformed")
    return RawRecords(data, *columns)


@compiled
def _read(
    data: npt.NDArray[np.uint8],
    begin: Ints,
    end: Ints,
    said: Ints,
    columns: Ints,
) -> int:
    """Fill offset, timestamp, key_at, key_size, value_at, value_size; the bad batch, or −1."""
    row = 0
    last_offset = np.int64(-1)
    for batch in range(len(begin)):
        at, stop = begin[batch], end[batch]
        for _ in range(said[0, batch]):
            size, at = read_varint(data, at, stop)
            if at < 0 or size < 1 or size > stop - at:
                return batch
            over = at + size
            ts_delta, at = read_varint(data, at + 1, over)
            if at < 0:
                return batch
            offset_delta, at = read_varint(data, at, over)
            if at < 0:
                return batch
            key_size, at = read_varint(data, at, over)
            if at < 0 or key_size > over - at:
                return batch
            key_at = at
            value_size, at = read_varint(data, at + max(key_size, 0), over)
            if at < 0 or value_size > over - at:
                return batch
            offset = said[2, batch] + offset_delta
            if offset <= last_offset:
                return batch
            last_offset = offset
            log_append = said[1, batch] & _LOG_APPEND_TIME
            columns[0, row] = offset
            columns[1, row] = said[4, batch] if log_append else said[3, batch] + ts_delta
            columns[2, row] = key_at
            columns[3, row] = max(key_size, NO_BYTES)
            columns[4, row] = at
            columns[5, row] = max(value_size, NO_BYTES)
            row += 1
            at = over
        if at != stop:
            return batch
    return -1
