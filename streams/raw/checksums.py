"""The checksum of record batches."""

from __future__ import annotations

from google_crc32c import value

__all__ = ["crc32c"]


def crc32c(data: memoryview) -> int:
    """Return the CRC-32C of the bytes, by the processor's own instruction where it has one.

    They are copied for it, which takes a tenth of the time.

    >>> hex(crc32c(memoryview(b"123456789")))
    '0xe3069283'
    """
    return int(value(bytes(data)))
