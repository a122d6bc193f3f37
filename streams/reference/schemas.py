"""JSON Schemas (draft 2020-12) of the records, made from their types."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from features.contracts.examples import EXAMPLES
from streams.reference.wire_records import Condition, WireRecord

__all__ = ["json_schema", "schema_components"]


def json_schema(record: WireRecord) -> dict[str, Any]:
    """The schema of one record, complete in itself.

    Rules that look at two fields at once (`end_ts` after `start_ts`), at the clock or at a list
    of names (time zones) are not in it; the wire page has them.
    """
    definitions = schema_components([record], "#/$defs/{name}")
    root = definitions.pop(record.struct.__name__)
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:livecue:schema:{record.topic}:1",
        "title": root.pop("title"),
        "description": root.pop("description"),
        **root,
        "examples": [example for _, example in EXAMPLES[record.topic]],
    }
    return schema | ({"$defs": definitions} if definitions else {})


def schema_components(records: Iterable[WireRecord], ref_template: str) -> dict[str, Any]:
    """The schemas of all types of these records by name, which point at each other."""
    some = list(records)
    _, components = msgspec.json.schema_components(
        [record.struct for record in some], ref_template=ref_template
    )
    tidied = {name: _tidy(schema) for name, schema in components.items()}
    for record in some:
        if record.conditions:
            tidied[record.struct.__name__]["allOf"] = [_rule(rule) for rule in record.conditions]
    return tidied


def _rule(condition: Condition) -> dict[str, Any]:
    given = {condition.field: {"enum": list(condition.values)}}
    needed = list(condition.required)
    return {
        "if": {"properties": given, "required": [condition.field]},
        "then": {
            "properties": {name: {"not": {"type": "null"}} for name in needed},
            "required": needed,
        },
    }


def _tidy(node: Any) -> Any:
    """Unwrap docstrings, and drop the default null, which only says that a field is optional."""
    if isinstance(node, list):
        return [_tidy(item) for item in node]
    if not isinstance(node, dict):
        return node
    tidied = {
        name: _tidy(value)
        for name, value in node.items()
        if not (name == "default" and value is None)
    }
    if isinstance(tidied.get("description"), str):
        tidied["description"] = " ".join(tidied["description"].split())
    return tidied
