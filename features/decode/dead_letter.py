"""The `dead-letters` record: a bad record as it came, with its cause in the headers."""

from __future__ import annotations

from typing import NamedTuple

from features.decode.rejected import TEXT_LIMIT, Rejected

__all__ = ["DEAD_LETTER_BYTES", "DeadLetter", "dead_letter", "dead_letter_headers"]

DEAD_LETTER_BYTES = 2 * 1024 * 1024
"""What key and value may hold together; `dead-letters` takes values of 2 MiB."""


class DeadLetter(NamedTuple):
    """A record of `dead-letters`, ready to produce."""

    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes]]


def dead_letter(
    rejected: Rejected,
    record: tuple[bytes | None, bytes | None],
    source: tuple[str, int, int],
    ts: int,
) -> DeadLetter:
    """Make the dead letter of a record; what is longer than 2 MiB is cut, and that is said.

    Parameters
    ----------
    record : key and value as they came.
    source : topic by its full name, partition, offset.
    ts : when it was refused, epoch ms.
    """
    key, value = record
    room = DEAD_LETTER_BYTES
    kept_key = None if key is None else key[:room]
    kept_value = None if value is None else value[: room - len(kept_key or b"")]
    notes = [
        f"the {name} is cut here from {len(came)} to {len(kept)} bytes"
        for name, came, kept in (("key", key, kept_key), ("value", value, kept_value))
        if came is not None and kept is not None and len(kept) < len(came)
    ]
    if notes:
        note = f" ({'; '.join(notes)})"
        text = rejected.text[: TEXT_LIMIT - len(note)] + note
        rejected = Rejected(rejected.position, rejected.code, text)
    return DeadLetter(kept_key, kept_value, dead_letter_headers(rejected, *source, ts))


def dead_letter_headers(
    rejected: Rejected, topic: str, partition: int, offset: int, ts: int
) -> list[tuple[str, bytes]]:
    """Headers of a dead letter; numbers are decimal text.

    >>> dict(dead_letter_headers(Rejected(0, "not_json", "…"), "livecue.streams", 0, 7, 1))["ts"]
    b'1'
    """
    headers = {
        "error_code": rejected.code,
        "error_text": rejected.text,
        "source_topic": topic,
        "source_partition": str(partition),
        "source_offset": str(offset),
        "ts": str(ts),
    }
    return [(name, text.encode("utf-8", "replace")) for name, text in headers.items()]
