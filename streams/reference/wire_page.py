"""The readable page of the wire: every record with its fields, rules and examples."""

from __future__ import annotations

import json
from collections.abc import Iterator

import msgspec
from msgspec import Struct, inspect

from config import Settings, Topic, topics
from features.contracts.examples import EXAMPLES
from features.contracts.expectation import expectation, meaning
from streams.reference.asyncapi import REMINDER_HEADERS
from streams.reference.wire_records import WIRE_RECORDS, WireRecord

__all__ = ["wire_page"]

_HEAD = """\
# The wire

Written by `make reference`: do not edit. Machine-readable: `asyncapi.yaml`, and one JSON Schema a
record in `schemas/`. What becomes of a record that does not fit: `error-codes.md`.

JSON in UTF-8. Times are integer epoch milliseconds in UTC (`*_ts`): `1` is an integer, `1.0` and
`"1"` are not. Lengths count Unicode code points. Unknown fields are ignored; `null` in an optional
field is as good as leaving it out, except in `profiles`, where it puts the field back to its
default. A name that repeats in an object has its last value. Lone surrogates are invalid
everywhere, arrays and objects nest at most 100 deep. The record key is the bare id in UTF-8. A
`ts` may be of any age, but not more than 5 min ahead of the clock (24 h ahead of the last tick
with `clock = "topic"`).

| topic | key | partitions | kept | written by | read by |
| --- | --- | --- | --- | --- | --- |
"""


def wire_page() -> str:
    """The page as Markdown; topics have the default prefix."""
    every = topics(Settings())
    table = "\n".join(_topic_row(record, every[record.topic]) for record in WIRE_RECORDS)
    return "\n\n".join([_HEAD + table, *(_section(record) for record in WIRE_RECORDS)]) + "\n"


def _topic_row(record: WireRecord, topic: Topic) -> str:
    key = f"`{record.key}`" if record.key.isidentifier() and record.key != "none" else record.key
    kept = "compacted" if topic.retention_ms is None else f"{topic.retention_ms // 3_600_000} h"
    cells = [f"`{topic.name}`", key, str(topic.partitions), kept, record.writers, record.readers]
    return "| " + " | ".join(cells) + " |"


def _section(record: WireRecord) -> str:
    parts = [f"## `{record.topic}`", _about(record.struct), *_field_tables(record.struct)]
    rules = [
        f"- {field}: required with `{condition.field}` {_either(condition.values)}."
        for condition in record.conditions
        for field in [", ".join(f"`{name}`" for name in condition.required)]
    ]
    if record.tombstone:
        rules.append(f"- A record without a value: {record.tombstone}.")
    if record.topic == "reminders":
        named = ", ".join(f"`{name}`" for name in REMINDER_HEADERS)
        rules.append(f"- Headers: {named}.")
    if rules:
        parts.append("\n".join(rules))
    parts.extend(_example(key, value) for key, value in EXAMPLES[record.topic])
    return "\n\n".join(parts)


def _about(struct: type[Struct]) -> str:
    return " ".join((struct.__doc__ or "").split())


def _either(values: tuple[str, ...]) -> str:
    return " ".join(f"`{value}`" for value in values)


def _field_tables(struct: type[Struct]) -> Iterator[str]:
    """A table of the record's fields, then one of each object within it."""
    seen = [struct]
    for current in seen:
        info = msgspec.inspect.type_info(current)
        assert isinstance(info, inspect.StructType)  # noqa: S101 - a Struct's info is one
        rows = [_field_row(field) for field in info.fields]
        seen += [inner for field in info.fields for inner in _structs(field.type)]
        head = "" if current is struct else f"`{current.__name__}`: {_about(current)}\n\n"
        table = "| field | type | required | meaning |\n| --- | --- | --- | --- |\n"
        yield head + table + "\n".join(rows)


def _field_row(field: inspect.Field) -> str:
    required = "yes" if field.required else "no"
    cells = [f"`{field.encode_name}`", expectation(field.type), required, meaning(field.type)]
    return "| " + " | ".join(cell or " " for cell in cells) + " |"


def _structs(node: inspect.Type) -> Iterator[type[Struct]]:
    match node:
        case inspect.Metadata(type=inner) | inspect.ListType(item_type=inner):
            yield from _structs(inner)
        case inspect.DictType(value_type=inner):
            yield from _structs(inner)
        case inspect.UnionType(types=types):
            for inner in types:
                yield from _structs(inner)
        case inspect.StructType(cls=struct):
            yield struct


def _example(key: str | None, value: dict[str, object]) -> str:
    text = json.dumps(value, indent=2, ensure_ascii=False)
    title = f"Key `{key}`:" if key is not None else "No key:"
    return f"{title}\n\n```json\n{text}\n```"
