"""Code and text of what is wrong with a record as a whole, with its key, and between its fields."""

from __future__ import annotations

from features.decode.rejected import explained

__all__ = [
    "LONE_SURROGATE",
    "NO_BYTES",
    "NO_VALUE",
    "TOO_DEEP",
    "Cause",
    "future_ts",
    "key_mismatch",
    "key_missing",
    "needed",
    "no_object",
    "not_json",
    "not_utf8",
]

Cause = tuple[str, str]
"""A code of `ERROR_CODES`, and what to do, in at most 500 characters."""

NO_VALUE: Cause = ("null_value", "the record has no value; send one JSON object")
NO_BYTES: Cause = ("not_json", "the record: got no bytes; send one JSON object")
TOO_DEEP: Cause = (
    "too_deep",
    "the record: arrays and objects nest more than 100 deep; send a flatter record",
)
LONE_SURROGATE: Cause = (
    "lone_surrogate",
    (
        "the record: a string holds half of a UTF-16 surrogate pair; "
        "cut text between characters, or send U+FFFD in its place"
    ),
)


def needed(field: str, kind: str) -> Cause:
    """Say that records of a type must have a field."""
    return "missing_field", explained(field, "nothing", f"`{field}` with every `{kind}`")


def no_object(came: str) -> Cause:
    """Say that another JSON value came, as `shown`."""
    return "wrong_type", f"the record: got {came}; send one JSON object"


def not_json(reason: str, near: str) -> Cause:
    """Say what the decoder says, and the bytes around that place, as `shown`."""
    text = f"the record: not JSON, {reason}, near {near}; send exactly one JSON object"
    return "not_json", text


def not_utf8(place: str, byte: str) -> Cause:
    """Say where the first bytes are that are not UTF-8, and what the first of them is."""
    return "not_utf8", f"the record: byte {place} is {byte}; send JSON encoded in UTF-8"


def key_missing(field: str, name: str) -> Cause:
    """Say which id, as `shown`, should have been the key."""
    return "key_missing", f"the record has no key; send its `{field}` ({name}) as the key"


def key_mismatch(field: str, name: str, key: str) -> Cause:
    """Say which id should have been the key, and which key came, both as `shown`."""
    text = (
        f"the record's key is {key} but its `{field}` is {name}; "
        f"send the bare `{field}` in UTF-8 as the key"
    )
    return "key_mismatch", text


def future_ts(ts: str, ahead: str, latest: str) -> Cause:
    """Say by how much a `ts` is ahead, all in decimal epoch milliseconds."""
    send = f"epoch milliseconds in UTC, at most {latest} by now"
    return "future_ts", explained("ts", f"{ts}, {ahead} ms too far ahead", send)
