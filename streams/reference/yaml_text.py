"""Plain data as YAML: the few forms that a generated page needs."""

from __future__ import annotations

import json
import re
from typing import Any

__all__ = ["yaml_text"]

_BARE = re.compile(r"[A-Za-z_$][A-Za-z0-9_$./-]*")
_WORDS = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}


def yaml_text(data: Any) -> str:
    """Write mappings and lists in block style, everything else as JSON, which YAML contains.

    >>> print(yaml_text({"a": [1, {"b": "no"}], "c": {}}), end="")
    a:
      - 1
      - b: "no"
    c: {}
    """
    return "\n".join(_lines(data)) + "\n"


def _lines(data: Any) -> list[str]:
    if isinstance(data, dict) and data:
        return [line for key, value in data.items() for line in _entry(f"{_scalar(key)}:", value)]
    if isinstance(data, list) and data:
        return [line for value in data for line in _item(value)]
    return [_scalar(data)]


def _entry(head: str, value: Any) -> list[str]:
    lines = _lines(value)
    if isinstance(value, (dict, list)) and value:
        return [head, *(f"  {line}" for line in lines)]
    return [f"{head} {lines[0]}"]


def _item(value: Any) -> list[str]:
    first, *rest = _lines(value)
    return [f"- {first}", *(f"  {line}" for line in rest)]


def _scalar(value: Any) -> str:
    if isinstance(value, str) and _BARE.fullmatch(value) and value.lower() not in _WORDS:
        return value
    return json.dumps(value, ensure_ascii=False)
