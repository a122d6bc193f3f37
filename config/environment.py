"""Settings from environment variables: `LIVECUE_` + the path in capitals, joined by `__`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, SecretStr

from config.settings import Settings

__all__ = ["CONFIG_VARIABLE", "PREFIX", "overlay", "variable_of"]

PREFIX = "LIVECUE_"
# Names the file itself; the only variable with the prefix that is no setting.
CONFIG_VARIABLE = "LIVECUE_CONFIG"

_TRUE = frozenset({"true", "1", "yes", "on"})
_FALSE = frozenset({"false", "0", "no", "off"})

Tree = dict[str, Any]
Path = tuple[str, ...]


def variable_of(path: Path) -> str:
    """The variable that sets `path`: `("topics", "prefix")` is `LIVECUE_TOPICS__PREFIX`."""
    return PREFIX + "__".join(path).upper()


def overlay(tree: Tree, env: Mapping[str, str]) -> tuple[Tree, dict[Path, str]]:
    """`tree` with the variables of `env` laid over it, and which variable set which path.

    An unknown variable lands in the tree at the path it names, where validation refuses it with
    all other problems. `tree` itself is left as it was.
    """
    merged = _copy(tree)
    origin: dict[Path, str] = {}
    for variable in sorted(env, key=lambda name: (name.count("__"), name)):
        if not variable.startswith(PREFIX) or variable == CONFIG_VARIABLE:
            continue
        path = tuple(variable.removeprefix(PREFIX).lower().split("__"))
        _put(merged, path, _parse(env[variable], _kinds_at(path)))
        origin[path] = variable
    return merged, origin


def _copy(tree: Tree) -> Tree:
    return {key: _copy(value) if isinstance(value, dict) else value for key, value in tree.items()}


def _put(tree: Tree, path: Path, value: object) -> None:
    for part in path[:-1]:
        child = tree.get(part)
        if not isinstance(child, dict):
            child = tree[part] = {}
        tree = child
    tree[path[-1]] = value


def _kinds_at(path: Path) -> frozenset[object]:
    """The types that the setting at `path` accepts; empty when there is no such setting."""
    model: type[BaseModel] = Settings
    kinds: frozenset[object] = frozenset()
    for position, part in enumerate(path):
        field = model.model_fields.get(part)
        if field is None:
            return frozenset()
        kinds = frozenset(_members(field.annotation))
        groups = [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)]
        if position + 1 < len(path):
            if not groups:
                return frozenset()
            model = groups[0]
    return kinds


def _members(annotation: object) -> Iterator[object]:
    """The plain types in an annotation: `Annotated[int, …] | None` gives `int` and `NoneType`."""
    origin = get_origin(annotation)
    if origin in (Union, UnionType):
        for member in get_args(annotation):
            yield from _members(member)
    elif hasattr(annotation, "__metadata__"):
        yield from _members(get_args(annotation)[0])
    elif origin is not None and isinstance(origin, type):
        yield origin
    else:
        # A Literal has no type as its origin; all of ours are of text.
        yield annotation if isinstance(annotation, type) else str


def _parse(text: str, kinds: frozenset[object]) -> object:
    """The value that `text` means for a setting of these kinds; the text itself when it is none."""
    word = text.strip().lower()
    if NoneType in kinds and (word in ("null", "none") or (not word and SecretStr not in kinds)):
        return None
    if str in kinds or SecretStr in kinds or not kinds:
        return text
    if bool in kinds and word in _TRUE | _FALSE:
        return word in _TRUE
    try:
        return json.loads(text)
    except ValueError:
        return text
