"""A stream's own copies: those that can be used, and why the others cannot."""

from __future__ import annotations

from dataclasses import dataclass

from features.contracts import Copy, StreamRecord, StreamTombstone
from features.decode import Rejected
from reminders.slot_text import shorten
from reminders.template_syntax import TemplateError
from reminders.templates import BODY_LIMIT, TITLE_LIMIT, Template, compile_template

__all__ = [
    "MOST_COPIES",
    "BadCopy",
    "CompiledCopy",
    "check_copies",
    "compile_copies",
    "compile_copy",
    "reject_copies",
]

MOST_COPIES = 64
_MOST_TEXT = 500
_MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class CompiledCopy:
    """One wording, ready to render; `needs` are the slots to be filled for it.

    Its id and its locale name it: one `copy_id` may come in several languages.
    """

    copy_id: str
    locale: str
    title: Template
    body: Template
    needs: frozenset[str]
    built_in: bool = False


@dataclass(frozen=True, slots=True)
class BadCopy:
    """A copy that is not used, and what to do about it."""

    copy_id: str
    text: str


def compile_copies(record: StreamRecord) -> tuple[CompiledCopy, ...]:
    """Return the usable copies of `record` in its order, the first of each (id, locale)."""
    usable: dict[tuple[str, str], CompiledCopy] = {}
    for copy in (record.copies or ())[:MOST_COPIES]:
        compiled = compile_copy(copy)
        if isinstance(compiled, CompiledCopy):
            usable.setdefault((copy.copy_id, copy.locale), compiled)
    return tuple(usable.values())


def check_copies(record: StreamRecord) -> tuple[BadCopy, ...]:
    """Return the copies of `record` that cannot be used; it depends on the record alone."""
    copies = record.copies or []
    judged = (compile_copy(copy) for copy in copies[:MOST_COPIES])
    bad = [verdict for verdict in judged if isinstance(verdict, BadCopy)]
    bad.extend(
        BadCopy(copy.copy_id, f"a stream may have {MOST_COPIES} copies, it has {len(copies)}")
        for copy in copies[MOST_COPIES:]
    )
    return tuple(bad)


def reject_copies(record: StreamRecord | StreamTombstone) -> Rejected | None:
    """Return the one dead letter for all bad copies of `record`, or None; the stream is good."""
    bad = check_copies(record) if isinstance(record, StreamRecord) else ()
    if not bad:
        return None
    share = _MOST_TEXT // min(len(bad), _MOST_NAMED)
    said = "; ".join(shorten(f"`{copy.copy_id}`: {copy.text}", share) for copy in bad[:_MOST_NAMED])
    count = f"{len(bad)} of the stream's copies" if len(bad) > 1 else "a copy"
    return Rejected(0, "bad_copy", shorten(f"`copies`: {count} cannot be used: {said}", _MOST_TEXT))


def compile_copy(copy: Copy) -> CompiledCopy | BadCopy:
    """Return the copy ready to render, or what is wrong with it."""
    faults: list[str] = []
    templates: list[Template] = []
    for field, source, limit in (
        ("title", copy.title, TITLE_LIMIT),
        ("body", copy.body, BODY_LIMIT),
    ):
        try:
            templates.append(compile_template(source, limit))
        except TemplateError as error:
            faults.append(f"{field}: {error}")
    if faults:
        return BadCopy(copy.copy_id, "; ".join(faults))
    title, body = templates
    return CompiledCopy(copy.copy_id, copy.locale, title, body, title.slots | body.slots)
