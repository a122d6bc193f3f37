"""Every setting by its path, read off the settings types: what the environment, the messages
and the reference page are made from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from config.settings import Settings

__all__ = ["Path", "Setting", "catalogue"]

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: `kinds` are the plain types it accepts, `NoneType` among them when optional."""

    path: Path
    kinds: frozenset[type]
    default: Any
    description: str
    bounds: str

    @property
    def name(self) -> str:
        """The path as it is written: `topics.prefix`."""
        return ".".join(self.path)

    @property
    def variable(self) -> str:
        """The environment variable that sets it: `LIVECUE_TOPICS__PREFIX`."""
        return "LIVECUE_" + "__".join(self.path).upper()

    @property
    def secret(self) -> bool:
        """Whether its value, or one in its group, must not be shown."""
        fields = self.group.model_fields.values() if self.group else ()
        return SecretStr in self.kinds or any(SecretStr in _kinds(f.annotation) for f in fields)

    @property
    def group(self) -> type[BaseModel] | None:
        """The group of settings that it is, when it is one."""
        return next((kind for kind in self.kinds if issubclass(kind, BaseModel)), None)


@cache
def catalogue() -> dict[Path, Setting]:
    """All settings and groups in the order of their description."""
    return {setting.path: setting for setting in _walk(Settings, ())}


def _walk(model: type[BaseModel], prefix: Path) -> Iterator[Setting]:
    for name, field in model.model_fields.items():
        setting = Setting(
            path=(*prefix, name),
            kinds=frozenset(_kinds(field.annotation)),
            default=field.get_default(call_default_factory=True, validated_data={}),
            description=field.description or "",
            bounds=_bounds(field),
        )
        yield setting
        if setting.group:
            yield from _walk(setting.group, setting.path)


def _kinds(annotation: Any) -> Iterator[type]:
    """The plain types in an annotation: `Annotated[int, …] | None` gives `int` and `NoneType`."""
    origin = get_origin(annotation)
    if origin in (Union, UnionType):
        for member in get_args(annotation):
            yield from _kinds(member)
    elif hasattr(annotation, "__metadata__"):
        yield from _kinds(annotation.__origin__)
    elif origin is Literal:
        yield from (type(choice) for choice in get_args(annotation))
    else:
        yield origin or annotation


def _bounds(field: FieldInfo) -> str:
    if get_origin(field.annotation) is Literal:
        return " ".join(f"`{choice}`" for choice in get_args(field.annotation))
    words = []
    for bound in field.metadata:
        match bound:
            case Ge(ge=least):
                words.append(f"≥ {least}")
            case Gt(gt=least):
                words.append(f"> {least}")
            case Le(le=most):
                words.append(f"≤ {most}")
            case Lt(lt=most):
                words.append(f"< {most}")
    return ", ".join(words)
