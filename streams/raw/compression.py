"""The compression of record batches."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cramjam
import lz4.frame
import numpy as np
import numpy.typing as npt
from aiokafka.codec import snappy_decode
from aiokafka.errors import UnsupportedCodecError
from isal import igzip

__all__ = ["CODECS", "GZIP", "LZ4", "ZSTD", "compressed", "uncompressed"]

GZIP, LZ4, ZSTD = 1, 3, 4
CODECS = {"none": 0, "gzip": GZIP, "lz4": LZ4, "zstd": ZSTD}
"""Kafka's numbers of what we may write; what others wrote may also be by Snappy."""

Bytes = npt.NDArray[np.uint8]

_FASTEST = 0
_LZ4_LEVEL = -8
_ENCODE: dict[int, Callable[[memoryview], bytes]] = {
    GZIP: lambda data: igzip.compress(data, compresslevel=_FASTEST, mtime=0),
    LZ4: lambda data: lz4.frame.compress(data, compression_level=_LZ4_LEVEL, block_linked=False),
    ZSTD: lambda data: bytes(cramjam.zstd.compress(data, level=1)),
}
_DECODE: dict[int, Callable[[Any], Any]] = {
    GZIP: igzip.decompress,
    2: lambda data: snappy_decode(data.tobytes()),
    LZ4: lz4.frame.decompress,
    ZSTD: cramjam.zstd.decompress,
}


def compressed(codec: int, data: memoryview) -> bytes:
    """Return the bytes by `GZIP`, `LZ4` or `ZSTD`, each at or near its fastest.

    >>> sizes = [len(compressed(codec, memoryview(bytes(100_000)))) for codec in (GZIP, LZ4, ZSTD)]
    >>> max(sizes) < 2_000
    True
    """
    return _ENCODE[codec](data)


def uncompressed(codec: int, data: Bytes) -> Bytes:
    """Return what was compressed by Kafka's `codec`, not 0; uint8[bytes], read-only.

    Raises
    ------
    aiokafka.errors.UnsupportedCodecError
    """
    if codec not in _DECODE:
        raise UnsupportedCodecError(f"Unknown compression codec {codec}")
    return np.frombuffer(_DECODE[codec](data), np.uint8)
