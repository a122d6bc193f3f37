"""Settings from environment variables: `LIVECUE_` + the path in capitals, joined by `__`."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping
from types import NoneType
from typing import Any

from pydantic import SecretStr

from config.catalogue import Path, catalogue

__all__ = ["CONFIG_VARIABLE", "Overlay"]

PREFIX = "LIVECUE_"
# Names the file itself.
CONFIG_VARIABLE = "LIVECUE_CONFIG"
# Variables with the prefix that are no settings; the second is for tests of faults.
_NO_SETTINGS = frozenset({CONFIG_VARIABLE, "LIVECUE_FAILPOINT"})

_TRUE = frozenset({"true", "1", "yes", "on"})
_FALSE = frozenset({"false", "0", "no", "off"})

Tree = dict[str, Any]


class Overlay:
    """Values of a file with the environment laid over them.

    `tree` holds the merged values, `origin` says which variable set which path, `problems` names
    the variables that are no settings.
    """

    def __init__(self, tree: Tree, env: Mapping[str, str]) -> None:
        self.tree = _copy(tree)
        self.origin: dict[Path, str] = {}
        self.problems: list[str] = []
        settings = {setting.variable: setting for setting in catalogue().values()}
        ours = (name for name in env if name.startswith(PREFIX) and name not in _NO_SETTINGS)
        # Groups before what is in them, so that the more precise variable wins.
        for variable in sorted(ours, key=lambda name: (name.count("__"), name)):
            setting = settings.get(variable)
            if setting is None:
                self.problems.append(_unknown(variable, list(settings)))
                continue
            _put(self.tree, setting.path, _parse(env[variable], setting.kinds))
            self.origin[setting.path] = variable


def _copy(tree: Tree) -> Tree:
    return {key: _copy(value) if isinstance(value, dict) else value for key, value in tree.items()}


def _put(tree: Tree, path: Path, value: object) -> None:
    for part in path[:-1]:
        child = tree.get(part)
        if not isinstance(child, dict):
            child = tree[part] = {}
        tree = child
    tree[path[-1]] = value


def _unknown(variable: str, known: list[str]) -> str:
    close = difflib.get_close_matches(variable, known, n=1, cutoff=0.75)
    hint = f"did you mean {close[0]}?" if close else "`livecue config` lists all settings"
    return f"{variable}: no such setting; {hint}"


def _parse(text: str, kinds: frozenset[type]) -> object:
    """The value that `text` means for a setting of these kinds; the text itself when it is none.

    Lists and groups are JSON. `null`, `none` and nothing at all are None where that is allowed;
    an empty secret stays empty, since an empty URL has a meaning of its own.
    """
    word = text.strip().lower()
    if NoneType in kinds and (word in {"null", "none"} or (not word and SecretStr not in kinds)):
        return None
    if kinds & {str, SecretStr}:
        return text
    if bool in kinds and word in _TRUE | _FALSE:
        return word in _TRUE
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
