"""The reference page of all settings, made from their types: `python -m config.reference`."""

from __future__ import annotations

import json
import sys
from types import NoneType

from pydantic import BaseModel

from config.catalogue import Setting, catalogue
from config.decision import Arm, Experiment, Rung

__all__ = ["settings_page"]

_HEAD = """\
# Settings

Written by `make reference`: do not edit.

One TOML file (`livecue.toml` in the working folder, or the one that `LIVECUE_CONFIG` names), each
value also an environment variable, which wins over the file. Variables of lists and groups are
JSON, and `none` in one stands for no value; in the file, where only `default_quiet_hours` needs
it, write `default_quiet_hours = "none"`. Unknown keys and wrong values are reported all at once,
and the process exits 2.

| setting | variable | type | default | range | meaning |
| --- | --- | --- | --- | --- | --- |
"""
_LISTS: dict[str, type[BaseModel]] = {
    "rungs": Rung,
    "decision.experiments": Experiment,
    "arms": Arm,
}
"""What lists of groups consist of."""
_TYPES = {
    "bool": "true or false",
    "float": "number",
    "int": "whole number",
    "SecretStr": "text, never shown",
    "str": "text",
    "tuple": "list",
}


def settings_page() -> str:
    """The page as Markdown, in the order of the settings."""
    rows = [_row(setting) for setting in catalogue().values() if not _is_plain_group(setting)]
    lists = [_keys(name, group) for name, group in _LISTS.items()]
    return _HEAD + "\n".join(rows) + "\n" + "".join(lists)


def _keys(name: str, group: type[BaseModel]) -> str:
    rows = [f"| `{key}` | {field.description} |" for key, field in group.model_fields.items()]
    return f"\n## One of `{name}`\n\n| key | meaning |\n| --- | --- |\n" + "\n".join(rows) + "\n"


def _is_plain_group(setting: Setting) -> bool:
    return setting.group is not None and NoneType not in setting.kinds


def _row(setting: Setting) -> str:
    cells = [
        f"`{setting.name}`",
        f"`{setting.variable}`",
        _type(setting),
        f"`{_default(setting.default)}`",
        setting.bounds,
        setting.description,
    ]
    return "| " + " | ".join(cells) + " |"


def _type(setting: Setting) -> str:
    names = sorted(kind.__name__ for kind in setting.kinds - {NoneType})
    words = " or ".join(_TYPES.get(name, "group") for name in names)
    return f"{words} or none" if NoneType in setting.kinds else words


def _default(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, tuple):
        return ", ".join(str(getattr(item, "name", item)) for item in value) or "[]"
    if isinstance(value, BaseModel):
        value = value.model_dump()
    return json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    sys.stdout.write(settings_page())
