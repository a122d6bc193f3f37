"""What may be said to whom: the copies that fit each user of one announcement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from features.coded import Coded, distinct
from features.contracts import Intent
from features.hashing import U64Array
from features.texts import Texts
from online_models.arrays import Bools, Ints
from reminders.board_stream import BoardStream
from reminders.copies import CompiledCopy
from reminders.duration_text import shown_minutes
from reminders.nicknames import Nicknames, clean_nicknames
from reminders.wordings import Cell, Wording

__all__ = ["Audience", "Options", "groups", "options_for"]


@dataclass(frozen=True, slots=True)
class Audience:
    """The users of one announcement who are due, as columns of equal length n.

    `user_h` is ``uint64[n]``, `send_ts` is ``int64[n]`` in epoch ms, before the start; a nickname
    is empty where there is none. `product` is the place of each user's among the names of the
    stream's products (`product_choice.product_names`), ``int64[n]``, 0 where there is none.
    """

    user_ids: Texts
    user_h: U64Array
    nicknames: Texts
    locales: Sequence[str]
    send_ts: Ints
    product: Ints

    def __len__(self) -> int:
        return len(self.user_ids)

    def kept(self) -> Audience:
        """Return it with ids in a buffer of their own, not that of the table of users."""
        return replace(self, user_ids=self.user_ids.packed())


class Options:
    """The candidates of each user.

    Which they are, and their order, depends on the stream and on that user alone, never on who
    else is in the audience.

    Attributes
    ----------
    copies
        The copies in use; all other places point here.
    sets, set_of
        Each a tuple of places in `copies`, and each user's, ``int64[n]``.
    cells, cell_of
        What users share, and each user's, ``int64[n]``.
    wordings
        By (cell, copy).
    nicknames, lengths
        Clean, "" where there is none; how many characters, ``int64[n]``.
    texts
        Title and body by (user, copy), of copies that read the nickname.
    """

    def __init__(self, nicknames: Nicknames, cells: list[Cell], cell_of: Ints) -> None:
        self.copies: list[CompiledCopy] = []
        self.sets: list[tuple[int, ...]] = []
        self.set_of = np.zeros(len(cell_of), np.int64)
        self.cells = cells
        self.cell_of = cell_of
        self.wordings: dict[tuple[int, int], Wording] = {}
        self.nicknames, self.lengths = nicknames
        self.texts: dict[tuple[int, int], tuple[str, str]] = {}
        self._places: dict[tuple[bool, str, str], int] = {}
        self._set_places: dict[tuple[int, ...], int] = {}

    def offer(self, cell: int, tier: Sequence[Wording], rows: Ints) -> Ints:
        """Give the users `rows` of `cell` what fits them of `tier`; return those left over."""
        places = [self._place(cell, wording) for wording in tier]
        fits = np.stack(
            [self._fits(wording, place, rows) for wording, place in zip(tier, places, strict=True)],
            axis=1,
        )
        patterns, pattern_of = np.unique(_as_bits(fits), return_inverse=True)
        for pattern, members in groups(pattern_of.reshape(-1), len(patterns)):
            bits = int(patterns[pattern])
            chosen = tuple(place for bit, place in enumerate(places) if bits >> bit & 1)
            if chosen:
                self.set_of[rows[members]] = self._set_place(chosen)
        return rows[~fits.any(axis=1)]

    def _place(self, cell: int, wording: Wording) -> int:
        copy = wording.copy
        key = (copy.built_in, copy.copy_id, copy.locale)
        place = self._places.setdefault(key, len(self.copies))
        if place == len(self.copies):
            self.copies.append(copy)
        self.wordings[cell, place] = wording
        return place

    def _set_place(self, chosen: tuple[int, ...]) -> int:
        place = self._set_places.setdefault(chosen, len(self.sets))
        if place == len(self.sets):
            self.sets.append(chosen)
        return place

    def _fits(self, wording: Wording, place: int, rows: Ints) -> Bools:
        fits = np.ones(len(rows), np.bool_)
        copy, title, body = wording.copy, wording.title, wording.body
        if copy.built_in:
            return fits
        if title is None or body is None:
            return self._read(wording, place, rows)
        for parts, limit in ((title, copy.title.limit), (body, copy.body.limit)):
            fits &= sum(map(len, parts)) + (len(parts) - 1) * self.lengths[rows] <= limit
        return fits

    def _read(self, wording: Wording, place: int, rows: Ints) -> Bools:
        fits = np.zeros(len(rows), np.bool_)
        for at, row in enumerate(rows.tolist()):
            text = wording.text(self.nicknames[row])
            if text is not None:
                self.texts[row, place] = text
                fits[at] = True
        return fits


def options_for(stream: BoardStream, intent: Intent, audience: Audience) -> Options:
    """Return the copies that fit each user: in their language, all slots filled, short enough.

    Own copies of the stream come first, the built-in ones last; everybody has at least one.
    """
    nicknames = clean_nicknames(audience.nicknames)
    named = nicknames.lengths > 0
    cells, cell_of = _cells(audience, named, stream.record.start_ts or 0)
    options = Options(nicknames, cells, cell_of)
    for cell, rows in groups(cell_of, len(cells)):
        left = rows
        for tier in stream.wordings.tiers(cells[cell], intent):
            left = options.offer(cell, tier, left)
            if not len(left):
                break
    return options


def groups(codes: Ints, count: int) -> Iterator[tuple[int, Ints]]:
    """Yield each code in [0, `count`) with its rows in order, empty ones too."""
    if count == 1:
        return enumerate([np.arange(len(codes))])
    small = codes.astype(np.uint16) if count <= 1 << 16 else codes  # sorted by radix
    order = np.argsort(small, kind="stable")
    ends = np.cumsum(np.bincount(codes, minlength=count))
    return enumerate(np.split(order, ends[:-1]) if count else [])


def _as_bits(fits: Bools) -> U64Array:
    """Return uint64[n]: a bit for each of the columns, at most 64."""
    weights = np.left_shift(np.uint64(1), np.arange(fits.shape[1], dtype=np.uint64))
    return np.asarray((fits * weights).sum(axis=1, dtype=np.uint64))


def _cells(audience: Audience, named: Bools, start_ts: int) -> tuple[list[Cell], Ints]:
    minutes = shown_minutes(start_ts - audience.send_ts)
    spoken = Coded.of(audience.locales)
    most = int(minutes.max(initial=0)) + 1
    products = int(audience.product.max(initial=0)) + 1
    keys, cell_of = distinct(
        ((spoken.code * most + minutes) * products + audience.product) * 2 + named
    )
    cells = []
    for key in keys.tolist():
        shared, product = divmod(key // 2, products)
        cells.append(Cell(spoken.values[shared // most], shared % most, bool(key % 2), product))
    return cells, cell_of
