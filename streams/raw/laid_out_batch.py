"""A record batch that is complete but for what its producer says of itself."""

from __future__ import annotations

import struct
from typing import Any

from streams.raw.batch_headers import HEADER_BYTES
from streams.raw.checksums import crc32c
from streams.raw.compression import compressed

__all__ = ["ATTRIBUTES_AT", "LaidOutBatch"]

_HEADER = struct.Struct(">qiibIhiqqqhii")
_AFTER_LENGTH = 12
_CRC_AT = 17
ATTRIBUTES_AT = 21
_NO_EPOCH = -1
_MAGIC = 2
_TRANSACTIONAL = 16


class LaidOutBatch:
    """Takes the place of aiokafka's `BatchBuilder` in `send_batch`: sequence numbers, producer id
    and epoch are set by aiokafka, when it sends.

    Parameters
    ----------
    buffer : room for a header, then the records.
    count : how many they are.
    now_ms : time of the records, epoch ms.
    codec : Kafka's number of how the records are compressed, where that makes them smaller; 0: not.
    """

    def __init__(
        self, buffer: bytearray | memoryview, count: int, now_ms: int, *, codec: int = 0
    ) -> None:
        self._buffer = buffer
        self._codec = 0
        if codec:
            self._compress(codec)
        self._count = count
        self._now_ms = now_ms
        self._producer = (-1, -1, 0)
        self._built = False

    def _compress(self, codec: int) -> None:
        smaller = compressed(codec, memoryview(self._buffer)[HEADER_BYTES:])
        if len(smaller) < len(self._buffer) - HEADER_BYTES:
            self._codec = codec
            self._buffer = bytearray(HEADER_BYTES) + smaller

    def append(self, **_: Any) -> None:
        """Take nothing more: the batch is full."""

    def close(self) -> None:
        """Do nothing: the batch is closed from the beginning."""

    def closed(self) -> bool:
        """Return true."""
        return True

    def record_count(self) -> int:
        """Return how many records the batch holds."""
        return self._count

    def size(self) -> int:
        """Return its bytes."""
        return len(self._buffer)

    def _set_producer_state(self, producer_id: int, producer_epoch: int, sequence: int) -> None:
        self._producer = (producer_id, producer_epoch, sequence)

    def _build(self) -> bytearray | memoryview:
        if not self._built:
            self._built = True
            _HEADER.pack_into(
                self._buffer,
                0,
                0,
                len(self._buffer) - _AFTER_LENGTH,
                _NO_EPOCH,
                _MAGIC,
                0,
                _TRANSACTIONAL | self._codec,
                self._count - 1,
                self._now_ms,
                self._now_ms,
                *self._producer,
                self._count,
            )
            crc = crc32c(memoryview(self._buffer)[ATTRIBUTES_AT:])
            struct.pack_into(">I", self._buffer, _CRC_AT, crc)
        return self._buffer
