"""The compression of record batches."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cramjam
import lz4.frame
import numpy as np
import numpy.typing as npt
from aiokafka.codec import gzip_decode, snappy_decode
from aiokafka.errors import UnsupportedCodecError

__all__ = ["LZ4", "compressed", "uncompressed"]

LZ4 = 3
"""Kafka's number of it."""

Bytes = npt.NDArray[np.uint8]

_FASTEST = 0
_DECODE: dict[int, Callable[[Any], Any]] = {
    1: lambda data: gzip_decode(data.tobytes()),
    2: lambda data: snappy_decode(data.tobytes()),
    LZ4: lz4.frame.decompress,
    4: cramjam.zstd.decompress,
}


def compressed(data: memoryview) -> bytes:
    """Return the bytes by LZ4 at its fastest, in a frame as Kafka reads it: blocks on their own.

    >>> len(compressed(memoryview(bytes(100_000)))) < 1_000
    True
    """
    return bytes(lz4.frame.compress(data, compression_level=_FASTEST, block_linked=False))


def uncompressed(codec: int, data: Bytes) -> Bytes:
    """Return what was compressed by Kafka's `codec`, not 0; uint8[bytes], read-only.

    Raises
    ------
    aiokafka.errors.UnsupportedCodecError
    """
    if codec not in _DECODE:
        raise UnsupportedCodecError(f"Unknown compression codec {codec}")
    return np.frombuffer(_DECODE[codec](data), np.uint8)
