"""The copies of one stream with everything filled in but the user's name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from features.contracts import Intent, StreamRecord
from features.hashing import hash64
from reminders.copies import CompiledCopy
from reminders.copybook import SHOWN, built_in_copies, moment_of
from reminders.duration_text import starts_in
from reminders.generated_copies import GeneratedCopies
from reminders.locales import language, script, text_locale
from reminders.product_choice import product_names
from reminders.slot_text import clean, shorten

__all__ = ["Cell", "Wording", "Wordings"]

_MOST_KEPT = 256


@dataclass(frozen=True, slots=True)
class Cell:
    """What users have in common as far as words go.

    Attributes
    ----------
    locale
        The user's BCP 47 tag.
    minutes
        The time to the start as it is said (`duration_text.shown_minutes`).
    named
        Whether there is a nickname.
    product
        Place among `product_names`.
    """

    locale: str
    minutes: int
    named: bool
    product: int = 0


@dataclass(frozen=True, slots=True)
class Wording:
    """One copy in one cell: its texts around each place of the nickname.

    `title` and `body` are None when the copy reads the nickname (a filter, a comparison): then
    each user's texts come from `Wording.text`.
    """

    copy: CompiledCopy
    values: Mapping[str, str]
    title: tuple[str, ...] | None
    body: tuple[str, ...] | None

    def text(self, nickname: str) -> tuple[str, str] | None:
        """Return the title and the body for a user, or None when one fails or is too long."""
        values = {**self.values, "nickname": nickname}
        title, body = self.copy.title.render(values), self.copy.body.render(values)
        return None if title is None or body is None else (title, body)


class Wordings:
    """The usable wordings of one stream by cell, made when first asked for.

    Parameters
    ----------
    record
        The stream; its title, host and products fill the slots.
    copies
        Its own copies, compiled.
    generated
        Copies that were proposed, of all categories; invitations try them beside the built-in ones.
    """

    def __init__(
        self,
        record: StreamRecord,
        copies: Sequence[CompiledCopy],
        generated: GeneratedCopies | None = None,
    ) -> None:
        self._copies = copies
        self._generated = GeneratedCopies() if generated is None else generated
        self._category_h = hash64(record.category) if record.category else 0
        self._revision = 0
        self._products = product_names(record)
        self._slots = {
            "host_name": clean(record.host_name or ""),
            "stream_title": clean(record.title or ""),
        }
        self._kept: dict[tuple[Cell, Intent], tuple[tuple[Wording, ...], ...]] = {}

    def tiers(self, cell: Cell, intent: Intent) -> tuple[tuple[Wording, ...], ...]:
        """Return the wordings for users of `cell`, in tiers; the first that fits a user serves.

        Own copies in the user's very locale, then in their language and script, then in their
        language, then (for languages that we do not write) in English, then generated and built-in
        ones together, of which the latter fit everybody. No two of a tier have the same `copy_id`.
        """
        if self._revision != self._generated.revision:
            self._revision = self._generated.revision
            self._kept.clear()
        kept = self._kept.get((cell, intent))
        if kept is None:
            kept = tuple(tier for tier in self._made(cell, intent) if tier)
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[cell, intent] = kept
        return kept

    def _made(self, cell: Cell, intent: Intent) -> Iterator[tuple[Wording, ...]]:
        spoken, written = language(cell.locale), text_locale(cell.locale)
        own = [copy for copy in self._copies if language(copy.locale) == spoken]
        for distance in range(3):
            near = [copy for copy in own if _distance(copy.locale, cell.locale) == distance]
            yield self._filled(near, cell)
        if spoken != language(written):
            english = [copy for copy in self._copies if language(copy.locale) == language(written)]
            yield self._filled(english, cell)
        proposed = self._generated.of(self._category_h, written) if intent == "invite" else ()
        built_in = built_in_copies(written, intent, moment_of(cell.minutes))
        yield self._filled((*proposed, *built_in), cell)

    def _filled(self, copies: Sequence[CompiledCopy], cell: Cell) -> tuple[Wording, ...]:
        filled: dict[str, Wording] = {}
        for copy in copies:
            if copy.copy_id not in filled:
                wording = self._wording(copy, cell)
                if wording is not None:
                    filled[copy.copy_id] = wording
        return tuple(filled.values())

    def _wording(self, copy: CompiledCopy, cell: Cell) -> Wording | None:
        product = self._products[cell.product] if self._products else ""
        values = {**self._slots, "product_name": product}
        if copy.built_in:
            values = {slot: shorten(text, SHOWN[slot]) for slot, text in values.items()}
        values["starts_in"] = starts_in(cell.minutes, copy.locale)
        values["nickname"] = "x" if cell.named else ""
        if not all(values[slot] for slot in copy.needs):
            return None
        if not (copy.title.is_open and copy.body.is_open):
            return Wording(copy, values, None, None)
        title, body = copy.title.parts(values), copy.body.parts(values)
        if title is None or body is None:
            return None
        fits = _length(title) <= copy.title.limit and _length(body) <= copy.body.limit
        return Wording(copy, values, title, body) if fits else None


def _distance(tag: str, wanted: str) -> int:
    """How far a tag of the wanted one's language is from it: 0 the same, 1 of its script, 2."""
    if tag.lower() == wanted.lower():
        return 0
    return 1 if script(tag) == script(wanted) else 2


def _length(parts: tuple[str, ...]) -> int:
    return sum(map(len, parts))
