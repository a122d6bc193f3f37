"""Templates of copies: sandboxed Jinja, bounded in time, memory and length by construction."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import jinja2
from jinja2.filters import FILTERS as JINJA_FILTERS
from jinja2.sandbox import ImmutableSandboxedEnvironment

from reminders.slot_text import clean_source
from reminders.template_syntax import (
    FILTERS,
    SLOTS,
    TemplateError,
    check_tree,
    is_open_in,
    referenced_slots,
)

__all__ = ["BODY_LIMIT", "OPEN", "SLOTS", "TITLE_LIMIT", "Template", "compile_template"]

TITLE_LIMIT = 120
BODY_LIMIT = 400
OPEN = "\x00"

_LONGEST_VALUE = 500
_SOURCE_PER_LIMIT = 5
_SAMPLE = {
    "nickname": "Ann",
    "host_name": "Lin",
    "stream_title": "Autumn",
    "product_name": "Coat",
    "starts_in": "2 h",
}


@dataclass(frozen=True, slots=True)
class Template:
    """A title or a body with slots.

    Attributes
    ----------
    slots
        The slots it mentions; it is for users for whom all of them are filled.
    is_open
        Whether one render with `OPEN` as the nickname serves every nickname: split it there.
    limit
        The most characters of a render.
    """

    slots: frozenset[str]
    is_open: bool
    limit: int
    _compiled: jinja2.Template

    def render(self, values: Mapping[str, str]) -> str | None:
        """Return the text, or None when it fails, is empty or is longer than `limit`.

        `values` are clean (`slot_text.clean`); a slot that is missing is empty.
        """
        text = self._text(values)
        return text if text is not None and len(text) <= self.limit else None

    def parts(self, values: Mapping[str, str]) -> tuple[str, ...] | None:
        """Return the text around each place of the nickname, for an open template, or None.

        Where `values` have a nickname, a user's text is ``nickname.join(parts)``, whose length is
        the caller's to check; without one there is a single part.
        """
        named = bool(values.get("nickname"))
        text = self._text({**values, "nickname": OPEN if named else ""})
        return None if text is None else tuple(text.split(OPEN))

    def _text(self, values: Mapping[str, str]) -> str | None:
        filled = {slot: values.get(slot, "")[:_LONGEST_VALUE] for slot in SLOTS}
        try:
            text = self._compiled.render(filled)
        except (ArithmeticError, AssertionError, LookupError, TypeError, ValueError):
            return None
        except jinja2.TemplateError:
            return None
        lines = (" ".join(line.split()) for line in text.split("\n"))
        return ("\n" if self.limit > TITLE_LIMIT else " ").join(lines).strip() or None


@functools.lru_cache(maxsize=8192)
def compile_template(source: str, limit: int) -> Template:
    """Return the template of `source` whose renders have at most `limit` characters.

    Raises
    ------
    TemplateError
        When it does not parse, holds anything that is not allowed, or does not render with short
        sample values.
    """
    if len(source) > _SOURCE_PER_LIMIT * limit:
        raise TemplateError(
            f"the template has {len(source)} characters, at most {_SOURCE_PER_LIMIT * limit} may be"
        )
    template = _compiled(clean_source(source), limit)
    text = template._text(_SAMPLE)
    if text is None:
        raise TemplateError("the template fails or is empty with sample values in its slots")
    if len(text) > limit:
        raise TemplateError(
            f"the template gives {len(text)} characters with short sample values, "
            f"at most {limit} are shown"
        )
    return template


def _compiled(source: str, limit: int) -> Template:
    environment = _environment()
    try:
        tree = environment.parse(source)
        check_tree(tree)
        slots = referenced_slots(tree)
        is_open = is_open_in("nickname", tree)
        code = environment.from_string(tree)
    except jinja2.TemplateSyntaxError as error:
        raise TemplateError(f"not a template: {error.message}") from error
    except (RecursionError, SyntaxError, MemoryError, OverflowError, ValueError) as error:
        raise TemplateError("not a template: nested too deep or a literal out of range") from error
    return Template(slots, is_open, limit, code)


@functools.cache
def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        autoescape=False,  # a push shows plain text, not HTML
        cache_size=0,
    )
    environment.globals.clear()
    environment.filters = {name: _bounded(JINJA_FILTERS[name]) for name in FILTERS}
    return environment


def _bounded(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the filter with results of at most `_LONGEST_VALUE` characters, so chains stay so."""

    @functools.wraps(function)
    def bounded(*args: Any, **kwargs: Any) -> Any:
        result = function(*args, **kwargs)
        return result[:_LONGEST_VALUE] if isinstance(result, str) else result

    return bounded
