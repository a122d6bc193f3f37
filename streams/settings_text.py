"""Settings as text that can be shown: as plain values, and as a `livecue.toml`."""

from __future__ import annotations

import json
from functools import reduce
from types import NoneType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from config import Settings
    from config.catalogue import Setting

__all__ = ["masked_settings", "secret_variables", "settings_toml"]

_MASK = "***"


def masked_settings(settings: Settings) -> dict[str, Any]:
    """Plain values of all settings, with `***` in the place of secrets that are set."""
    from config.catalogue import catalogue

    tree: dict[str, Any] = settings.model_dump(mode="json")
    for setting in catalogue().values():
        if setting.secret and setting.group is None:
            *parents, name = setting.path
            group = tree
            for parent in parents:
                group = group[parent]
            group[name] = _MASK if group[name] else group[name]
    return tree


def secret_variables(settings: Settings) -> dict[str, str]:
    """Secrets for the environment of a child process, which are missing in `settings_toml`.

    A secret that came from a file is not among them: the TOML names the file.
    """
    from config.catalogue import catalogue

    found: dict[str, str] = {}
    for setting in catalogue().values():
        if setting.secret and setting.group is None:
            *parents, name = setting.path
            group = reduce(getattr, parents, settings)
            secret, file = getattr(group, name), getattr(group, f"{name}_file")
            if secret is not None and file is None:
                found[setting.variable] = secret.get_secret_value()
    return found


def settings_toml(settings: Settings) -> str:
    """All settings as TOML that can be loaded again, each with its meaning.

    What is not set, and what is secret, is a comment.
    """
    from config.catalogue import catalogue

    tree = masked_settings(settings)
    plain: list[str] = []
    tables: list[str] = []
    for setting in catalogue().values():
        group = setting.group is not None and NoneType not in setting.kinds
        if group:
            tables.append(f"\n[{setting.name}]")
        elif len(setting.path) == 1:
            plain.append(_line(setting, tree[setting.name]))
        elif (value := tree[setting.path[0]]) and f"\n[{setting.path[0]}]" in tables:
            tables.append(_line(setting, value[setting.path[1]]))
    return "\n".join([*plain, *tables]) + "\n"


def _line(setting: Setting, value: object) -> str:
    name, meaning = setting.path[-1], setting.description
    if setting.secret and value == _MASK:
        return f"# {name} = (secret)  # {meaning}"
    if value is None and setting.group is not None:
        return f'{name} = "none"  # {meaning}'
    if value is None:
        return f"# {name} =  # {meaning}"
    return f"{name} = {_toml(value)}  # {meaning}"


def _toml(value: object) -> str:
    """A value on one line: JSON's text and numbers are TOML's, its objects are not."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)
