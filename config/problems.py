"""What is wrong with settings, each problem one line: path, where it was set, what to put."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from config.catalogue import Path, catalogue

__all__ = ["SettingsError", "problems_of"]

_SHOWN_CHARACTERS = 60
# First word of pydantic's error type: what the value must be.
_KINDS = {
    "bool": "true or false",
    "finite": "a finite number",
    "float": "a number",
    "int": "a whole number",
    "string": "text",
    "tuple": "a list",
}
_BOUNDS = {
    "greater_than": ("gt", "above"),
    "greater_than_equal": ("ge", "at least"),
    "less_than": ("lt", "below"),
    "less_than_equal": ("le", "at most"),
}


class SettingsError(ValueError):
    """Settings that cannot be used; its text lists every problem, `problems` holds them apart."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = tuple(problems)
        count = "1 setting is" if len(problems) == 1 else f"{len(problems)} settings are"
        super().__init__("\n".join([f"{count} wrong:", *(f"  {problem}" for problem in problems)]))


def problems_of(error: ValidationError, origin: Mapping[Path, str], file: str | None) -> list[str]:
    """One line a problem, in the order of the settings; secrets are never shown.

    `origin` names the variable that set a path; what no variable set came from `file`.
    """
    return [_line(details, origin, file) for details in error.errors(include_url=False)]


def _line(details: ErrorDetails, origin: Mapping[Path, str], file: str | None) -> str:
    path = tuple(str(part) for part in details["loc"])
    parents = [path[:length] for length in range(len(path), 0, -1)]
    source = next((origin[parent] for parent in parents if parent in origin), file)
    where = _dotted(details["loc"]) + (f" ({source})" if source else "")
    if details["type"] == "extra_forbidden":
        return f"{where}: unknown key; {_suggestion(path)}"
    if details["type"] == "missing":
        return f"{where}: is missing"
    setting = catalogue().get(path)
    wanted = _wanted(details)
    if setting is not None and setting.group and details["type"].startswith("model"):
        wanted = f"must be a table of {', '.join(setting.group.model_fields)}"
    if setting is not None and setting.group and details["type"] == "value_error":
        return f"{where}: {wanted}"
    if setting is not None and setting.secret:
        return f"{where}: {wanted} (its value is not shown)"
    return f"{where}: is {_shown(details['input'])}, {wanted}"


def _dotted(location: tuple[int | str, ...]) -> str:
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return "".join(parts).removeprefix(".")


def _wanted(details: ErrorDetails) -> str:
    kind = details["type"]
    context = details.get("ctx", {})
    if kind == "value_error":
        return str(context["error"])
    if kind == "literal_error":
        return f"must be {context['expected']}"
    if kind in _BOUNDS:
        key, word = _BOUNDS[kind]
        return f"must be {word} {context[key]:g}"
    if kind.endswith("too_short"):
        return f"must have at least {context['min_length']} characters"
    wanted = _KINDS.get(kind.split("_")[0])
    return f"must be {wanted}" if wanted else details["msg"]


def _shown(value: object) -> str:
    try:
        text = json.dumps(value, ensure_ascii=False)
    except TypeError:
        # A date or time of TOML.
        text = str(value)
    return text if len(text) <= _SHOWN_CHARACTERS else text[:_SHOWN_CHARACTERS] + "…"


def _suggestion(path: Path) -> str:
    """The setting most like an unknown key: by its whole path, else by its last name."""
    known = catalogue()
    by_name = {setting.name: setting for setting in known.values()}
    close = difflib.get_close_matches(".".join(path), by_name, n=1, cutoff=0.75)
    close += [name for name, setting in by_name.items() if setting.path[-1] == path[-1]]
    return f"did you mean {close[0]}?" if close else "`livecue config` lists all settings"
