"""Copies that a language model proposed: what of them may be used, and where they are kept.

A proposal is a template like any other. It knows no facts: what it says of host, stream, goods and
time stands in slots, and whatever looks like a fact of its own (digits, prices, addresses, claims)
is refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

import msgspec

from features.contracts import Copy
from features.hashing import hash64
from reminders.copies import CompiledCopy, compile_copy
from reminders.locales import text_locale
from reminders.template_syntax import SLOTS

__all__ = ["GeneratedCopies", "Proposal", "accepted"]

TITLE_CHARACTERS, BODY_CHARACTERS = 40, 120
"""The most characters beside the slots."""
CLAIMS = (
    *("最低", "最好", "最佳", "第一", "唯一", "免费", "折", "秒杀", "限时", "仅剩", "保证", "官方"),
    *("free", "best", "cheapest", "lowest", "guarantee", "discount", "official", "sale", "only"),
)
"""Claims that nobody has checked, in lower case."""
_SLOT = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_NAMING = frozenset({"host_name", "stream_title"})
_ADDRESS = re.compile(r"https?:|www\.|\.com|\.cn|@|#", re.IGNORECASE)
_HAN = re.compile(r"[\u3400-\u9fff]")
_UNCHECKED = {"Nd", "No", "Nl", "Sc"}


class Proposal(msgspec.Struct, frozen=True):
    """A title and a body as they were proposed."""

    title: str
    body: str


def accepted(
    proposals: Iterable[Proposal], locale: str, forbidden: Sequence[str]
) -> tuple[Copy, ...]:
    """Return the copies that may be used, without repetitions, in the order of the proposals.

    Their ids are hashes of what they say, so that the same copy is the same template everywhere.

    >>> good = Proposal("{{ host_name }} is live soon", "Come and see {{ stream_title }}")
    >>> [copy.locale for copy in accepted([good, good], "en", ())]
    ['en']
    >>> accepted([Proposal("50% off with {{ host_name }}", "Now")], "en", ())
    ()
    """
    found: dict[str, Copy] = {}
    for proposal in proposals:
        if _is_fit(proposal, locale, forbidden):
            told = f"{locale}\n{proposal.title}\n{proposal.body}"
            copy_id = f"generated.{hash64(told):016x}"
            copy = Copy(copy_id=copy_id, locale=locale, title=proposal.title, body=proposal.body)
            if isinstance(compile_copy(copy), CompiledCopy):
                found[copy_id] = copy
    return tuple(found.values())


def _is_fit(proposal: Proposal, locale: str, forbidden: Sequence[str]) -> bool:
    slots = _SLOT.findall(proposal.title) + _SLOT.findall(proposal.body)
    title, body = _SLOT.sub("", proposal.title), _SLOT.sub("", proposal.body)
    words = f"{title}\n{body}"
    return (
        set(slots) <= set(SLOTS)
        and bool(_NAMING & set(slots))
        and 0 < len(title) <= TITLE_CHARACTERS
        and 0 < len(body) <= BODY_CHARACTERS
        and _is_plain(words)
        and _is_in_language(words, locale)
        and not any(word.lower() in words.lower() for word in (*CLAIMS, *forbidden))
    )


def _is_plain(words: str) -> bool:
    """Whether there is no number, price, address or markup in it."""
    unchecked = any(unicodedata.category(each) in _UNCHECKED for each in words)
    return not (unchecked or _ADDRESS.search(words) or set("{}%％‰<>") & set(words))


def _is_in_language(words: str, locale: str) -> bool:
    return bool(_HAN.search(words)) == (text_locale(locale) == "zh-CN")


class GeneratedCopies:
    """The copies that are known, by category and language; `revision` grows with each change.

    >>> known = GeneratedCopies()
    >>> copies = accepted([Proposal("{{ host_name }} soon", "See you")], "en", ())
    >>> known.tell(7, "en", copies)
    >>> len(known.of(7, "en")), len(known.of(7, "zh-CN")), known.revision
    (1, 0, 1)
    """

    def __init__(self) -> None:
        self.revision = 0
        self._known: dict[tuple[int, str], tuple[CompiledCopy, ...]] = {}

    def tell(self, category_h: int, locale: str, copies: Iterable[Copy]) -> None:
        """Replace what is known for a category (hash, 0 = none) and a language."""
        compiled = [compile_copy(copy) for copy in copies]
        usable = tuple(copy for copy in compiled if isinstance(copy, CompiledCopy))
        self._known[category_h, text_locale(locale)] = usable
        self.revision += 1

    def __len__(self) -> int:
        return len(self._known)

    def knows(self, category_h: int, locale: str) -> bool:
        """Return whether anything was told for a category and a language."""
        return (category_h, text_locale(locale)) in self._known

    def of(self, category_h: int, locale: str) -> tuple[CompiledCopy, ...]:
        """Return the copies for a category and a language in which we write."""
        return self._known.get((category_h, text_locale(locale)), ())
