"""Example records in the docs are valid: each against its topic's schema and decoder."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

_ROOT = Path(__file__).parents[2]
_SCHEMAS = _ROOT / "docs" / "reference" / "schemas"
_PAGES = sorted([*_ROOT.glob("*.md"), *(_ROOT / "docs").rglob("*.md")])
_TOPIC = re.compile(r"^## `([a-z-]+)`$", re.MULTILINE)
_JSON = re.compile(r"^```json\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def documented() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Page, topic and record of every JSON block; the heading above says the topic."""
    for page in _PAGES:
        _, *sections = _TOPIC.split(page.read_text(encoding="utf-8"))
        for topic, section in zip(sections[::2], sections[1::2], strict=True):
            for text in _JSON.findall(section):
                yield str(page.relative_to(_ROOT)), topic, json.loads(text)


def test_no_json_stands_without_a_topic() -> None:
    """Every JSON block is below a heading that names its topic, so that none goes unchecked."""
    found = [_JSON.findall(page.read_text(encoding="utf-8")) for page in _PAGES]
    assert sum(map(len, found)) == len(list(documented()))


@pytest.mark.parametrize(
    ("topic", "record"),
    [
        pytest.param(topic, record, id=f"{page}-{topic}-{number}")
        for number, (page, topic, record) in enumerate(documented())
    ],
)
def test_an_example_record_is_valid(topic: str, record: dict[str, Any]) -> None:
    """The schema that the docs give for the topic accepts it."""
    schema = json.loads((_SCHEMAS / f"{topic}.json").read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(record)
