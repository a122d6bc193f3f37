"""Say what is wrong with one record, field by field."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

import msgspec
from msgspec import DecodeError, Raw, Struct, ValidationError
from msgspec.json import Decoder

from features.contracts.expectation import expectation, meaning, node_at
from features.contracts.fields import ID_MAX
from features.decode.causes import (
    LONE_SURROGATE,
    NO_BYTES,
    NO_VALUE,
    TOO_DEEP,
    Cause,
    no_object,
    not_json,
    not_utf8,
)
from features.decode.guard import has_lone_surrogate, is_too_deep, is_utf8
from features.decode.record_type import RecordType
from features.decode.rejected import Rejected, explain, printable, shown

__all__ = ["NEAR", "Mistake", "decode_one", "mistake_of", "reason_of"]

T = TypeVar("T", bound=Struct)

NEAR = 20
"""How many bytes are shown before and after the place from which on a value is not JSON."""

_FIELDS: Decoder[dict[str, Raw]] = Decoder(dict[str, Raw])
_PATH = re.compile(r" - at `\$\.?(.*)`$")
_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
_MISSING = re.compile(r"missing required field `(.*?)`")
_BYTE = re.compile(r"\(byte (\d+)\)")
_AT = " - at `"
_ENUM = "Invalid enum value"
_KEPT_MISTAKES = 4_096
# By what msgspec says; the first that matches. `wrong_type` is the rest.
_CODES = (
    (re.compile(r"got `null`"), "missing_field"),
    (re.compile(r"`str` of length >= 1"), "empty_id"),
    (re.compile(rf"`str` of length (<= {ID_MAX}|>= 1 and <= {ID_MAX})$"), "id_too_long"),
    (re.compile(r"`str` of length"), "text_too_long"),
    (re.compile(r"`array` of length"), "too_many_items"),
    (re.compile(r"out of range|`(int|float)` [<>]"), "out_of_range"),
    (re.compile(r"[Ii]nvalid enum value"), "unknown_value"),
)


def decode_one(kind: RecordType[T], value: bytes | None, position: int) -> T | Rejected:
    """Decode one value, or say why it does not fit its type.

    Where a name repeats in the object, its last value counts, as with most JSON libraries.
    """
    if value is None:
        return Rejected(position, *NO_VALUE)
    if is_too_deep(value):
        return Rejected(position, *TOO_DEEP)
    if not is_utf8(value):
        return Rejected(position, *_not_utf8(value))
    try:
        return kind.one.decode(value)
    except RecursionError:
        return Rejected(position, *TOO_DEEP)
    except ValidationError as error:
        return _unfit(kind, value, str(error), position)
    except DecodeError as error:
        return Rejected(position, *_not_json(value, str(error)))


def _unfit(kind: RecordType[T], value: bytes, message: str, position: int) -> T | Rejected:
    try:
        fields = _FIELDS.decode(value)
    except ValidationError:
        came = value.lstrip()[:40].decode("utf-8", "replace")
        return Rejected(position, *no_object(shown(came)))
    except DecodeError as error:
        return Rejected(position, *_not_json(value, str(error)))
    last = msgspec.json.encode(fields)
    # Without escapes, a name that repeats takes its two quotes with it.
    if b"\\" in value or last.count(b'"') != value.count(b'"'):
        try:
            return kind.one.decode(last)
        except ValidationError as error:
            message = str(error)
    mistake = _mistake(kind, _without_value(message))
    came = "nothing" if mistake.missing else _came(fields, mistake.steps)
    return explain(position, mistake.code, mistake.path, came, mistake.send)


class Mistake(NamedTuple):
    """What a message of msgspec means for a record type.

    Attributes
    ----------
    code : of `ERROR_CODES`.
    path, steps : where in the record it is, in one text and in names and indices.
    missing : the field is not there.
    send : what is accepted there.
    """

    code: str
    path: str
    steps: list[tuple[str, str]]
    missing: bool
    send: str


def mistake_of(kind: RecordType[Any], value: bytes) -> Mistake | None:
    """Return what is wrong with one JSON object with each field once; None of one that fits."""
    try:
        kind.one.decode(value)
    except ValidationError as error:
        return _mistake(kind, _without_value(str(error)))
    return None


def reason_of(value: bytes) -> str | None:
    """Return what the decoder says of a value that is not JSON; None of a JSON value."""
    try:
        _FIELDS.decode(value)
    except ValidationError:
        return None
    except DecodeError as error:
        return _reason(str(error))
    return None


def _without_value(message: str) -> str:
    """Leave out what the producer wrote: it may read like a message, and differs every time."""
    return _ENUM + message[message.rindex(_AT) :] if message.startswith(_ENUM) else message


@lru_cache(maxsize=_KEPT_MISTAKES)
def _mistake(kind: RecordType[Any], message: str) -> Mistake:
    found = _PATH.search(message)
    steps = _STEP.findall(found.group(1)) if found else []
    missing = _MISSING.search(message)
    if missing:
        steps.append((missing.group(1), ""))
    names = [name for name, _ in steps if name]
    path = "".join(f"[{index}]" if index else f".{name}" for name, index in steps).lstrip(".")
    node = node_at(kind.info, names)
    send = ". ".join(filter(None, (expectation(node), meaning(node))))
    if missing:
        return Mistake("missing_field", path, steps, True, send)
    code = next((code for text, code in _CODES if text.search(_head(message))), "wrong_type")
    if code == "unknown_value" and path == "type":
        code = "unknown_type"
    return Mistake(code, path, steps, False, send)


def _head(message: str) -> str:
    return message.partition(_AT)[0]


def _came(fields: dict[str, Raw], steps: list[tuple[str, str]]) -> str:
    raw = bytes(fields[steps[0][0]])
    try:
        came = msgspec.json.decode(raw)
        for name, index in steps[1:]:
            came = came[int(index)] if index else came[name]
    except (DecodeError, RecursionError):
        return printable(raw[:40].decode("utf-8", "replace"))
    return shown(came)


def _not_utf8(value: bytes) -> Cause:
    if has_lone_surrogate(value):
        return LONE_SURROGATE
    try:
        value.decode()
    except UnicodeDecodeError as error:
        start = error.start
    return not_utf8(str(start), f"{value[start]:#04x}")


def _not_json(value: bytes, message: str) -> Cause:
    if has_lone_surrogate(value):
        return LONE_SURROGATE
    if not value or value.isspace():
        return NO_BYTES
    at = _BYTE.search(message)
    start = max(0, int(at.group(1)) - NEAR) if at else max(0, len(value) - 2 * NEAR)
    return not_json(_reason(message), shown(value[start : start + 2 * NEAR]))


def _reason(message: str) -> str:
    return message.removeprefix("JSON is malformed: ")
