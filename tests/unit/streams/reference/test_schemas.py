from __future__ import annotations

from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from features.contracts.examples import EXAMPLES
from streams.reference.asyncapi import asyncapi
from streams.reference.schemas import json_schema
from streams.reference.wire_records import WIRE_RECORDS
from streams.reference.yaml_text import yaml_text

VALIDATORS = {record.topic: Draft202012Validator(json_schema(record)) for record in WIRE_RECORDS}


@pytest.mark.parametrize("topic", sorted(VALIDATORS))
def test_a_schema_is_one_and_takes_the_examples(topic: str) -> None:
    """Each schema is valid JSON Schema, and each example record validates against it."""
    validator = VALIDATORS[topic]
    Draft202012Validator.check_schema(validator.schema)
    for _, example in EXAMPLES[topic]:
        validator.validate(example)


@pytest.mark.parametrize(
    ("topic", "changes"),
    [
        ("interactions", {"user_id": ""}),
        ("interactions", {"event_id": "x" * 129}),
        ("interactions", {"type": "wink"}),
        ("interactions", {"ts": "1"}),
        ("interactions", {"ts": 2**53}),
        ("interactions", {"dwell_ms": -1}),
        ("interactions", {"amount": -1}),
        ("interactions", {"stream_id": None}),
        ("interactions", {"type": "search"}),
        ("interactions", {"type": "follow", "host_id": None}),
        ("feedback", {"type": "opened", "reminder_id": None}),
        ("profiles", {"quiet_hours": {"start": "25:99", "end": "08:00"}}),
        ("profiles", {"consent": {"push": "yes"}}),
        ("profiles", {"categories": ["a"] * 101}),
        ("streams", {"title": None}),
        ("streams", {"status": "paused"}),
        ("streams", {"products": [{"product_id": "p", "name": "n", "price": -1}]}),
        ("streams", {"start_ts": 10**16}),
        ("reminders", {"reasons": []}),
        ("reminders", {"propensity": 0}),
        ("reminders", {"body": "x" * 401}),
        ("kpis", {"scope": "planet"}),
    ],
)
def test_a_schema_refuses_what_the_code_refuses(topic: str, changes: dict[str, Any]) -> None:
    """Bounds, enumerations and what a type needs are in the schema as well."""
    with pytest.raises(ValidationError):
        VALIDATORS[topic].validate(EXAMPLES[topic][0][1] | changes)


def test_null_is_absent_in_optional_fields() -> None:
    """The schemas allow an explicit null where the contract does."""
    example = EXAMPLES["interactions"][0][1]
    VALIDATORS["interactions"].validate(example | {"category": None, "later_field": {"a": 1}})


def test_the_yaml_is_the_document() -> None:
    """A YAML parser reads back exactly what was written, line breaks and odd text included."""
    document = asyncapi()
    assert yaml.safe_load(yaml_text(document)) == document
    odd = {"a b": [[], {}, [1, [2]], {"x": None, "y": "no"}], "c": "1.0", "d": ["- x\n", "#"]}
    assert yaml.safe_load(yaml_text(odd)) == odd


def test_every_reference_of_the_document_leads_somewhere() -> None:
    """AsyncAPI `$ref`s point at parts that exist; each channel has an operation."""
    document = asyncapi()
    for target in references(document):
        part: Any = document
        for name in target.removeprefix("#/").split("/"):
            part = part[name]
    assert document["asyncapi"] == "3.0.0"
    assert len(document["operations"]) == len(document["channels"]) == len(WIRE_RECORDS) + 1


def references(node: Any) -> list[str]:
    """All `$ref`s in plain data."""
    if isinstance(node, dict):
        found = [node["$ref"]] if "$ref" in node else []
        return found + [ref for value in node.values() for ref in references(value)]
    if isinstance(node, list):
        return [ref for value in node for ref in references(value)]
    return []
