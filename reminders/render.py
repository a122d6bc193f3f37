"""Reminder records as bytes: what users share is encoded once, and laid out for all at once."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import NamedTuple

import msgspec
import numpy as np

from features.coded import Coded, distinct
from features.headed_records import HeadedRecords
from features.later_records import LaterRecords
from features.raw_records import NO_TIMESTAMP, RawRecords
from features.texts import Texts
from online_models.arrays import Bools, Floats, Ints
from reminders.byte_pieces import Pieces, Pool, Template, Templates, lay_out
from reminders.copybook import SHOWN
from reminders.headers import headers_of, time_pieces
from reminders.options import Options
from reminders.reminder_batch import ReminderBatch
from reminders.reminder_id import ID_DIGITS, hash_digits
from reminders.reminder_json import ID_AT, Own, json_template
from reminders.slot_text import shorten

__all__ = ["render_reminders"]

_POLICIES = (b"exploit", b"explore")
_MILLION = 1_000_000
_AT_ONCE = 16_384
_HELD_BYTES = 400
"""What a reminder takes before it is rendered, about."""


class _Worded(NamedTuple):
    """The templates, and of n users which, whether that is built in, whether it reads names."""

    templates: Templates
    template_of: Ints
    built_in: Bools
    reads: Bools


def render_reminders(batch: ReminderBatch) -> LaterRecords:
    """Return the records in the users' order: key, JSON (`features.contracts.Reminder`), headers.

    What is said of the stream is taken down at once; each one's record is rendered when it is asked
    for, in parts of some megabytes. Scores have six decimals; all other numbers are exact.
    """
    count, worded = len(batch.audience), _worded(batch)
    kept = replace(batch, audience=batch.audience.kept())
    rows = [np.arange(first, min(first + _AT_ONCE, count)) for first in range(0, count, _AT_ONCE)]
    parts = [partial(_rendered, kept, worded, each) for each in rows]
    return LaterRecords([len(each) for each in rows], parts, count * _HELD_BYTES)


def _rendered(batch: ReminderBatch, worded: _Worded, rows: Ints) -> HeadedRecords:
    pool, audience, options = Pool(), batch.audience, batch.content.options
    keys, users = pool.texts(audience.user_ids.take(rows))
    sent = Coded(*_distinct_times(audience.send_ts[rows]))
    name = _names(pool, options, rows, worded.built_in[rows])
    title, body = _texts(pool, options, batch.content.copy[rows], rows, worded.reads[rows])
    reasons, arms = Coded.of(batch.reasons).take(rows), Coded.of(batch.experiments).take(rows)
    own = {
        Own.USER_H: pool.every(hash_digits(audience.user_h[rows]), ID_DIGITS // 2),
        Own.USER: users,
        Own.SEND: _chosen(pool, sent.map(lambda ts: b"%d" % ts)),
        Own.NAME: name,
        Own.TITLE: title,
        Own.BODY: body,
        Own.SCORE: _scores(pool, batch.score[rows]),
        Own.REASONS: _chosen(pool, reasons.map(lambda each: each.json)),
        Own.EXPERIMENT: _chosen(pool, arms.map(msgspec.json.encode)),
        Own.POLICY: _chosen(pool, Coded(_POLICIES, batch.explore[rows].astype(np.int64))),
        Own.CHANCE: _chances(pool, batch.propensity[rows]),
    }
    times = time_pieces(pool, sent)
    pieces = [own[each] for each in Own]
    data, at, size = lay_out(pool, worded.templates, worded.template_of[rows], pieces)
    records = RawRecords(
        data=data,
        offset=np.arange(len(at)),
        timestamp=np.full(len(at), NO_TIMESTAMP),
        key_at=keys.at,
        key_size=keys.size,
        value_at=at,
        value_size=size,
    )
    ids = Pieces(at + ID_AT, np.full(len(at), ID_DIGITS))
    return HeadedRecords(records, headers_of(ids, times))


def _distinct_times(ts: Ints) -> tuple[list[int], Ints]:
    """Return the distinct times and the place of each one's, for times that lie close together."""
    first = int(ts.min(initial=0)) if len(ts) else 0
    values, place = distinct(ts - first)
    return (values + first).tolist(), place


def _worded(batch: ReminderBatch) -> _Worded:
    content = batch.content
    options, copies = content.options, len(content.options.copies)
    covers = len(content.covers) + 1
    keys = (options.cell_of * copies + content.copy) * covers + content.cover + 1
    values, template_of = distinct(keys)
    templates: list[Template] = []
    built_in, reads = np.zeros(len(values), np.bool_), np.zeros(len(values), np.bool_)
    for place, key in enumerate(values.tolist()):
        cell, copy = divmod(key // covers, copies)
        wording = options.wordings[cell, copy]
        templates.append(json_template(batch, wording, key % covers - 1))
        built_in[place] = wording.copy.built_in
        reads[place] = wording.title is None or wording.body is None
    made = Templates(templates, len(Own))
    return _Worded(made, template_of, built_in[template_of], reads[template_of])


def _names(pool: Pool, options: Options, rows: Ints, built_in: Bools) -> Pieces:
    names, limit = options.nicknames.take(rows), SHOWN["nickname"]
    long = np.flatnonzero(built_in & (options.lengths[rows] > limit))
    shown = [shorten(name, limit) for name in names.take(long)]
    return pool.texts(names.replaced(long, shown))[1]


def _texts(
    pool: Pool, options: Options, copy: Ints, rows: Ints, reads: Bools
) -> tuple[Pieces, Pieces]:
    """Return title and body of the users in `rows` whose copy reads the name; else nothing."""
    readers = np.flatnonzero(reads)
    own = [
        options.texts[row, place]
        for row, place in zip(rows[readers].tolist(), copy[readers].tolist(), strict=True)
    ]
    both: list[Pieces] = []
    for part in (0, 1):
        pieces = Pieces(np.zeros(len(copy), np.int64), np.zeros(len(copy), np.int64))
        texts = pool.texts(Texts.of([said[part] for said in own]))[1]
        pieces.at[readers], pieces.size[readers] = texts
        both.append(pieces)
    return both[0], both[1]


def _chosen(pool: Pool, column: Coded[bytes]) -> Pieces:
    return pool.column(column.values).take(column.code)


def _scores(pool: Pool, score: Floats) -> Pieces:
    """Return scores in [0, 1] with six decimals."""
    left = np.rint(np.clip(score, 0.0, 1.0) * _MILLION).astype(np.int64)
    digits = np.empty((len(left), 8), np.uint8)
    for place in (7, 6, 5, 4, 3, 2):
        rest = left // 10
        digits[:, place] = left - rest * 10 + ord("0")
        left = rest
    digits[:, 1], digits[:, 0] = ord("."), left + ord("0")
    return pool.every(digits.tobytes(), 8)


def _chances(pool: Pool, propensity: Floats) -> Pieces:
    values, place = np.unique(
        np.clip(propensity, np.finfo(np.float64).tiny, 1.0), return_inverse=True
    )
    return _chosen(pool, Coded([b"%a" % value for value in values.tolist()], place))
