"""What a fetch brought of one topic partition, as columns."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from features.raw_records import RawRecords
from online_models.arrays import Bools, Ints
from streams.raw.batch_headers import HEADER_BYTES, BatchHeaders
from streams.raw.compression import uncompressed
from streams.raw.record_reading import read_records

__all__ = ["Fetched", "committed", "read_fetched"]

PART_BYTES = 4 << 20
"""Of uncompressed records that are read at once."""
_ABORT = 0


@dataclass(frozen=True, slots=True, eq=False)
class Fetched:
    """All that a log holds between two offsets, for who reads it as the consumer does.

    Attributes
    ----------
    records : the records with ``start <= offset < end``, none of which is missing: where there is
        no record, there are markers, aborted transactions, or what compaction removed.
    """

    records: RawRecords
    start: int
    end: int

    def cut(self, most: int) -> Iterator[Fetched]:
        """Yield parts of at most `most` records that follow each other, each over bytes of its own.

        >>> whole = Fetched(RawRecords.of([b"a", b"b", b"c"], [b"1", b"2", b"3"], 10), 8, 20)
        >>> [(part.start, part.end, part.records.keys()) for part in whole.cut(2)]
        [(8, 12, [b'a', b'b']), (12, 20, [b'c'])]
        """
        start = self.start
        for first in range(0, max(len(self.records), 1), most):
            part = self.records.take(slice(first, first + most))
            last = first + most >= len(self.records)
            end = self.end if last else int(part.offset[-1]) + 1
            yield Fetched(_narrowed(part), start, end)
            start = end


def _narrowed(records: RawRecords) -> RawRecords:
    """The same records over no more of the buffer than they need."""
    if not len(records):
        return records
    low = int(min(records.key_at.min(), records.value_at.min()))
    high = max(
        int((records.key_at + records.key_size).max()),
        int((records.value_at + records.value_size).max()),
    )
    return replace(
        records,
        data=records.data[low:high],
        key_at=records.key_at - low,
        value_at=records.value_at - low,
    )


def read_fetched(
    data: npt.NDArray[np.uint8],
    headers: BatchHeaders,
    wanted: Bools,
    start: int,
    first: int = 0,
) -> tuple[Fetched, int]:
    """Read the records of the wanted batches from offset `start` on, and the next batch to read.

    What is compressed is read in parts of some megabytes: for larger ones memory would come anew
    each time, and the system empties it first, which takes longer than uncompressing.

    Parameters
    ----------
    headers : of the m batches that `data` holds, at least one.
    wanted : bool[m]; the others are passed over.
    first : batch to begin with; m is returned when all are read.

    Raises
    ------
    aiokafka.errors.CorruptRecordException, aiokafka.errors.UnsupportedCodecError
    """
    chosen = first + np.flatnonzero(wanted[first:])
    begin, end, following = headers.begin[chosen] + HEADER_BYTES, headers.end[chosen], len(headers)
    if headers.codec[chosen].any():
        data, begin, end = _uncompressed(data, begin, end, headers.codec[chosen])
        if len(begin) < len(chosen):
            following = int(chosen[len(begin)])
            chosen = chosen[: len(begin)]
    said = (headers.count, headers.attributes, headers.base_offset, headers.first_ts)
    records = read_records(
        data, begin, end, tuple(column[chosen] for column in (*said, headers.max_ts))
    )
    if len(records) and records.offset[0] < start:
        records = records.between(start, int(records.offset[-1]) + 1)
    reached = max(start, int(headers.last_offset[following - 1]) + 1)
    return Fetched(records, start, reached), following


def _uncompressed(
    data: npt.NDArray[np.uint8], begin: Ints, end: Ints, codec: Ints
) -> tuple[npt.NDArray[np.uint8], Ints, Ints]:
    """Return the first batches' records, up to `PART_BYTES` and one batch, and where they lie."""
    parts: list[npt.NDArray[np.uint8]] = []
    total = 0
    for first, last, kind in zip(begin.tolist(), end.tolist(), codec.tolist(), strict=True):
        part = data[first:last]
        parts.append(uncompressed(kind, part) if kind else part)
        total += len(parts[-1])
        if total >= PART_BYTES:
            break
    size = np.array([len(part) for part in parts], np.int64)
    ends = np.cumsum(size)
    whole = parts[0] if len(parts) == 1 else np.concatenate(parts)
    # As the bytes of a fetch are: loops over them are compiled for one of the two.
    whole.flags.writeable = False
    return whole, ends - size, ends


def committed(
    data: npt.NDArray[np.uint8], headers: BatchHeaders, aborted: Sequence[tuple[int, int]]
) -> Bools:
    """Return, bool[m], which batches are no markers and of no aborted transaction.

    Parameters
    ----------
    aborted : producer id and first offset of the transactions that the broker names.
    """
    wanted = ~headers.control
    if not aborted:
        return wanted
    waiting = sorted(aborted, key=lambda one: one[1], reverse=True)
    dropping: set[int] = set()
    for batch in np.flatnonzero(headers.transactional).tolist():
        producer_id = int(headers.producer_id[batch])
        while waiting and waiting[-1][1] <= headers.base_offset[batch]:
            dropping.add(waiting.pop()[0])
        if not headers.control[batch]:
            wanted[batch] = producer_id not in dropping
        elif _marks_abort(data, headers, batch):
            dropping.discard(producer_id)
    return wanted


def _marks_abort(data: npt.NDArray[np.uint8], headers: BatchHeaders, batch: int) -> bool:
    alone = np.zeros(len(headers), np.bool_)
    alone[batch] = True
    key = read_fetched(data, headers, alone, 0)[0].records.key(0) or b""
    return int(struct.unpack_from(">hh", key)[1]) == _ABORT
