"""The built-in copies, for streams without a usable copy of their own."""

from __future__ import annotations

import functools

from features.contracts import Intent
from reminders.copies import CompiledCopy
from reminders.copybook_texts import TEXTS, Moment
from reminders.locales import TextLocale
from reminders.templates import BODY_LIMIT, TITLE_LIMIT, compile_template

__all__ = ["SHOWN", "built_in_copies", "moment_of"]

# The most characters of each slot that a built-in copy shows; the rest is cut with "…".
SHOWN = {"nickname": 24, "host_name": 30, "stream_title": 60, "product_name": 40}

_EARLY_MINUTES = 8 * 60
_NEAR_MINUTES = 45


def moment_of(minutes: int) -> Moment:
    """Return how a start that many minutes ahead is spoken of."""
    if minutes >= _EARLY_MINUTES:
        return "early"
    return "near" if minutes >= _NEAR_MINUTES else "soon"


@functools.cache
def built_in_copies(locale: TextLocale, intent: Intent, moment: Moment) -> tuple[CompiledCopy, ...]:
    """Return the built-in wordings for one intent and moment; they need no slot to be filled.

    >>> [copy.copy_id for copy in built_in_copies("zh-CN", "invite", "near")]
    ['builtin.zh-CN.invite.3', 'builtin.zh-CN.invite.4']
    """
    moments = TEXTS[locale, intent]
    names = list(moments)
    number = 1 + sum(len(moments[name]) for name in names[: names.index(moment)])
    return tuple(
        CompiledCopy(
            copy_id=f"builtin.{locale}.{intent}.{number + offset}",
            locale=locale,
            title=compile_template(title, TITLE_LIMIT),
            body=compile_template(body, BODY_LIMIT),
            needs=frozenset(),
            built_in=True,
        )
        for offset, (title, body) in enumerate(moments[moment])
    )
