"""What is wrong with settings, each problem one line: path, where it was set, what to put."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping

from pydantic import BaseModel, SecretStr, ValidationError
from pydantic_core import ErrorDetails

from config.settings import Settings

__all__ = ["SettingsError", "problems_of"]

_SHOWN_CHARACTERS = 60
_KINDS = {
    "bool": "true or false",
    "float": "a number",
    "int": "a whole number",
    "string": "text",
    "tuple": "a list",
    "model": "a table of settings",
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


def problems_of(
    error: ValidationError, origin: Mapping[tuple[str, ...], str], file: str | None
) -> list[str]:
    """One line a problem, in the order of the settings; secrets are never shown."""
    return [_line(details, origin, file) for details in error.errors(include_url=False)]


def _line(details: ErrorDetails, origin: Mapping[tuple[str, ...], str], file: str | None) -> str:
    location = details["loc"]
    names = tuple(str(part) for part in location)
    source = next(
        (origin[names[:length]] for length in range(len(names), 0, -1) if names[:length] in origin),
        file,
    )
    where = f"{_dotted(location)} ({source})" if source else _dotted(location)
    if details["type"] == "extra_forbidden":
        return f"{where}: unknown key{_suggestion(location)}"
    if details["type"] == "missing":
        return f"{where}: is missing"
    shown = "is not shown here," if _is_secret(location) else f"is {_shown(details['input'])},"
    return f"{where}: {shown} {_wanted(details)}"


def _dotted(location: tuple[int | str, ...]) -> str:
    text = ""
    for part in location:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".")


def _wanted(details: ErrorDetails) -> str:
    kind = details["type"]
    context = details.get("ctx", {})
    if kind == "value_error":
        return str(context["error"])
    if kind == "literal_error":
        return f"must be one of {context['expected']}"
    if kind in _BOUNDS:
        key, word = _BOUNDS[kind]
        return f"must be {word} {context[key]:g}"
    for start, wanted in _KINDS.items():
        if kind.startswith(start):
            return f"must be {wanted}"
    return details["msg"]


def _shown(value: object) -> str:
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError):
        text = str(value)
    return text if len(text) <= _SHOWN_CHARACTERS else text[:_SHOWN_CHARACTERS] + "…"


def _is_secret(location: tuple[int | str, ...]) -> bool:
    field = _field_of(location)
    return field is not None and SecretStr in _annotation_members(field)


def _annotation_members(annotation: object) -> tuple[object, ...]:
    return (annotation, *getattr(annotation, "__args__", ()))


def _field_of(location: tuple[int | str, ...]) -> object | None:
    model: object = Settings
    for part in location:
        if not (isinstance(model, type) and issubclass(model, BaseModel)):
            return None
        field = model.model_fields.get(str(part))
        if field is None:
            return None
        model = field.annotation
    return model


def _suggestion(location: tuple[int | str, ...]) -> str:
    """The settings most like the unknown one, by its last name in its group, then anywhere."""
    known = sorted(_paths(Settings))
    close = difflib.get_close_matches(_dotted(location), known, n=1, cutoff=0.75)
    if not close:
        last = str(location[-1])
        close = [path for path in known if path.rsplit(".", 1)[-1] == last][:1]
    return f"; did you mean {close[0]}?" if close else "; `livecue config` lists all settings"


def _paths(model: type[BaseModel], prefix: str = "") -> list[str]:
    paths: list[str] = []
    for name, field in model.model_fields.items():
        paths.append(prefix + name)
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            paths += _paths(kind, f"{prefix}{name}.")
    return paths
