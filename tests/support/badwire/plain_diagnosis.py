"""What is wrong with one record, found without haste: nothing is kept, nothing is shortened."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import DecodeError, Raw, ValidationError

from features.contracts.expectation import expectation, meaning, node_at
from features.decode.guard import has_lone_surrogate, is_too_deep, is_utf8
from features.decode.record_type import RecordType
from features.decode.rejected import printable

__all__ = ["Said", "plain_diagnosis", "plain_entry", "plain_shown"]

Said = tuple[str, str]
"""Code and text."""

_CODES = (
    ("^Invalid enum value", "unknown_value"),
    ("got `null`", "missing_field"),
    ("`str` of length >= 1", "empty_id"),
    ("`str` of length (<= 128|>= 1 and <= 128)$", "id_too_long"),
    ("`str` of length", "text_too_long"),
    ("`array` of length", "too_many_items"),
    ("out of range|`(int|float)` [<>]", "out_of_range"),
)
_LONE = (
    "the record: a string holds half of a UTF-16 surrogate pair; "
    "cut text between characters, or send U+FFFD in its place"
)
_DEEP = "the record: arrays and objects nest more than 100 deep; send a flatter record"
_EMPTY = "the record: got no bytes; send one JSON object"


def plain_diagnosis(kind: RecordType[Any], value: bytes | None) -> Said | None:
    """Code and text of a value that does not fit its type; None of one that does."""
    if value is None:
        return "null_value", "the record has no value; send one JSON object"
    if is_too_deep(value):
        return "too_deep", _DEEP
    if not is_utf8(value):
        return _not_utf8(value)
    try:
        msgspec.json.decode(value, type=kind.struct)
        return None
    except ValidationError:
        return _unfit(kind, value)
    except DecodeError as error:
        return _not_json(value, str(error))


def plain_entry(
    kind: RecordType[Any],
    key: bytes | None,
    value: bytes | None,
    needs: Mapping[str, str],
    latest_ts: int,
) -> Said | None:
    """Code and text of an event that fits its type, by its key and `ts` and what its type needs."""
    event = msgspec.json.decode(value or b"", type=kind.struct)
    field = needs.get(event.type)
    if field is not None and getattr(event, field) is None:
        return "missing_field", f"`{field}`: got nothing; send `{field}` with every `{event.type}`"
    user = plain_shown(event.user_id)
    if key is None:
        return "key_missing", f"the record has no key; send its `user_id` ({user}) as the key"
    if key != event.user_id.encode():
        text = f"the record's key is {plain_shown(key)} but its `user_id` is {user}; "
        return "key_mismatch", text + "send the bare `user_id` in UTF-8 as the key"
    if event.ts <= latest_ts:
        return None
    text = f"`ts`: got {event.ts}, {event.ts - latest_ts} ms too far ahead; "
    return "future_ts", text + f"send epoch milliseconds in UTC, at most {latest_ts} by now"


def _unfit(kind: RecordType[Any], value: bytes) -> Said | None:
    """Judge it by the last of each name."""
    try:
        fields = msgspec.json.decode(value, type=dict[str, Raw])
    except ValidationError:
        came = value.lstrip()[:40].decode("utf-8", "replace")
        return "wrong_type", f"the record: got {plain_shown(came)}; send one JSON object"
    except DecodeError as error:
        return _not_json(value, str(error))
    try:
        msgspec.json.decode(msgspec.json.encode(fields), type=kind.struct)
    except ValidationError as error:
        return _misfit(kind, fields, str(error))
    return None


def plain_shown(came: object) -> str:
    """Show a JSON value in one line, by the standard library alone."""
    if isinstance(came, bytes):
        came = came[:120].decode("utf-8", "replace")
    text = json.dumps(came, ensure_ascii=False, default=str)
    if isinstance(came, str) and len(came) > 60:
        text = f"{json.dumps(came[:40], ensure_ascii=False)[:-1]}… ({len(came)} characters)"
    elif len(text) > 60:
        text = text[:59] + "…"
    return printable(text)


def _misfit(kind: RecordType[Any], fields: dict[str, Raw], message: str) -> Said:
    head, _, path = message.rpartition(" - at `$") if " - at `$" in message else (message, "", "")
    steps = [name or int(index) for name, index in re.findall(r"([^.\[\]`]+)|\[(\d+)\]", path)]
    missing = re.match(r"Object missing required field `(.*)`$", head)
    if missing:
        steps.append(missing.group(1))
    written = "".join(f"[{one}]" if isinstance(one, int) else f".{one}" for one in steps)
    node = node_at(kind.info, [one for one in steps if isinstance(one, str)])
    send = ". ".join(filter(None, (expectation(node), meaning(node))))
    code = next((code for text, code in _CODES if re.search(text, head)), "wrong_type")
    came = "nothing"
    if missing:
        code = "missing_field"
    else:
        came = _came(fields, steps)
    if (code, written) == ("unknown_value", ".type"):
        code = "unknown_type"
    text = f"`{written.lstrip('.')}`: got {came}; send {send}"
    return code, text if len(text) <= 500 else text[:499] + "…"


def _came(fields: dict[str, Raw], steps: list[str | int]) -> str:
    raw = bytes(fields[str(steps[0])])
    try:
        came = msgspec.json.decode(raw)
        for step in steps[1:]:
            came = came[step]
    except (DecodeError, RecursionError):
        return printable(raw[:40].decode("utf-8", "replace"))
    return plain_shown(came)


def _not_utf8(value: bytes) -> Said:
    if has_lone_surrogate(value):
        return "lone_surrogate", _LONE
    try:
        value.decode()
    except UnicodeDecodeError as error:
        start = error.start
    where = f"byte {start} is {value[start]:#04x}"
    return "not_utf8", f"the record: {where}; send JSON encoded in UTF-8"


def _not_json(value: bytes, message: str) -> Said:
    if has_lone_surrogate(value):
        return "lone_surrogate", _LONE
    if not value.strip():
        return "not_json", _EMPTY
    at = re.search(r"\(byte (\d+)\)", message)
    start = max(0, int(at.group(1)) - 20 if at else len(value) - 40)
    reason = message.removeprefix("JSON is malformed: ")
    near = plain_shown(value[start : start + 40])
    text = f"the record: not JSON, {reason}, near {near}; send exactly one JSON object"
    return "not_json", text
