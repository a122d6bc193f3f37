"""Reminder records as bytes: what users share is encoded once, and laid out for all at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from features.coded import Coded, distinct
from features.contracts import Experiment, Intent, Media
from features.hashing import FloatArray, IntArray
from features.headed_records import HeadedRecords
from features.raw_records import NO_TIMESTAMP, RawRecords
from features.texts import Texts
from reminders.board_stream import BoardStream
from reminders.byte_pieces import Pieces, Pool, Template, lay_out
from reminders.content import Content
from reminders.copybook import SHOWN
from reminders.deeplinks import action_url, stream_url
from reminders.headers import headers_of, time_pieces
from reminders.locales import TextLocale, text_locale
from reminders.options import Audience, Options
from reminders.reasons import ReasonSet
from reminders.reminder_id import ID_DIGITS, hash_digits
from reminders.slot_text import shorten
from reminders.wordings import Wording

__all__ = ["ReminderBatch", "render_reminders"]

_LABELS: dict[TextLocale, dict[str, str]] = {
    "zh-CN": {"reserve": "预约", "open": "查看"},
    "en": {"reserve": "Reserve", "open": "View"},
}
_POLICIES = (b"exploit", b"explore")
_MILLION = 1_000_000
_AT_ONCE = 16_384
_ID_AT = len(b'{"reminder_id":"')
_USER_H, _USER, _SEND, _NAME, _TITLE, _BODY, _SCORE, _REASONS, _EXPERIMENT, _POLICY, _CHANCE = (
    range(11)
)


@dataclass(frozen=True, slots=True)
class ReminderBatch:
    """The reminders of one announcement that are due, as columns of equal length n.

    Attributes
    ----------
    announcement
        `reminder_id.announcement_h` of (stream, rung, start).
    score
        ``float64[n]`` in [0, 1].
    propensity
        ``float64[n]`` in (0, 1]: of sending this reminder with this content.
    explore
        ``bool[n]``.
    experiments
        One a user, or none.
    """

    stream: BoardStream
    rung: str
    intent: Intent
    announcement: int
    audience: Audience
    content: Content
    score: FloatArray
    propensity: FloatArray
    explore: npt.NDArray[np.bool_]
    reasons: Sequence[ReasonSet]
    experiments: Sequence[Experiment | None]
    model_version: int


class _Worded(NamedTuple):
    """The templates, and of n users which, whether that is built in, whether it reads names."""

    templates: list[Template]
    template_of: IntArray
    built_in: npt.NDArray[np.bool_]
    reads: npt.NDArray[np.bool_]


def render_reminders(batch: ReminderBatch) -> list[HeadedRecords]:
    """Return the records in the users' order: key, JSON (`features.contracts.Reminder`), headers.

    They come in parts of some megabytes. Scores have six decimals; all other numbers are exact.
    """
    count, worded = len(batch.audience), _worded(batch)
    return [
        _rendered(batch, worded, np.arange(first, min(first + _AT_ONCE, count)))
        for first in range(0, count, _AT_ONCE)
    ]


def _rendered(batch: ReminderBatch, worded: _Worded, rows: IntArray) -> HeadedRecords:
    pool, audience, options = Pool(), batch.audience, batch.content.options
    keys, users = pool.texts(audience.user_ids.take(rows))
    sent = Coded(*distinct_times(audience.send_ts[rows]))
    name = _names(pool, options, rows, worded.built_in[rows])
    title, body = _texts(pool, options, batch.content.copy[rows], rows, worded.reads[rows])
    own = [
        pool.every(hash_digits(audience.user_h[rows]), ID_DIGITS // 2),
        users,
        _chosen(pool, sent.map(lambda ts: b"%d" % ts)),
        name,
        title,
        body,
        _scores(pool, batch.score[rows]),
        _chosen(pool, Coded.of(batch.reasons).take(rows).map(lambda reasons: reasons.json)),
        _chosen(pool, Coded.of(batch.experiments).take(rows).map(_json)),
        _chosen(pool, Coded(_POLICIES, batch.explore[rows].astype(np.int64))),
        _chances(pool, batch.propensity[rows]),
    ]
    times = time_pieces(pool, sent)
    data, at, size = lay_out(pool, worded.templates, worded.template_of[rows], own)
    records = RawRecords(
        data=data,
        offset=np.arange(len(at)),
        timestamp=np.full(len(at), NO_TIMESTAMP),
        key_at=keys.at,
        key_size=keys.size,
        value_at=at,
        value_size=size,
    )
    ids = Pieces(at + _ID_AT, np.full(len(at), ID_DIGITS))
    return HeadedRecords(records, headers_of(ids, times))


def distinct_times(ts: IntArray) -> tuple[list[int], IntArray]:
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
        templates.append(_template(batch, wording, key % covers - 1))
        built_in[place] = wording.copy.built_in
        reads[place] = wording.title is None or wording.body is None
    return _Worded(templates, template_of, built_in[template_of], reads[template_of])


def _names(pool: Pool, options: Options, rows: IntArray, built_in: npt.NDArray[np.bool_]) -> Pieces:
    names, limit = options.nicknames.take(rows), SHOWN["nickname"]
    long = np.flatnonzero(built_in & (options.lengths[rows] > limit))
    shown = [shorten(name, limit) for name in names.take(long)]
    return pool.texts(names.replaced(long, shown))[1]


def _texts(
    pool: Pool, options: Options, copy: IntArray, rows: IntArray, reads: npt.NDArray[np.bool_]
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


def _scores(pool: Pool, score: FloatArray) -> Pieces:
    """Return scores in [0, 1] with six decimals."""
    left = np.rint(np.clip(score, 0.0, 1.0) * _MILLION).astype(np.int64)
    digits = np.empty((len(left), 8), np.uint8)
    for place in (7, 6, 5, 4, 3, 2):
        rest = left // 10
        digits[:, place] = left - rest * 10 + ord("0")
        left = rest
    digits[:, 1], digits[:, 0] = ord("."), left + ord("0")
    return pool.every(digits.tobytes(), 8)


def _chances(pool: Pool, propensity: FloatArray) -> Pieces:
    values, place = np.unique(
        np.clip(propensity, np.finfo(np.float64).tiny, 1.0), return_inverse=True
    )
    return _chosen(pool, Coded([b"%a" % value for value in values.tolist()], place))


def _template(batch: ReminderBatch, wording: Wording, cover: int) -> Template:
    record = batch.stream.record
    url = stream_url(record.deeplink, record.stream_id)
    shown = batch.content.covers[cover] if cover >= 0 else None
    media = None if shown is None else Media(url=shown.url, kind=shown.kind)
    copy = wording.copy
    fixed = {
        "stream_id": record.stream_id,
        "host_id": record.host_id or "",
        "rung": batch.rung,
        "intent": batch.intent,
        "channel": "push",
    }
    times = {"start_ts": record.start_ts, "expires_ts": record.start_ts}
    chosen = {
        "locale": copy.locale,
        "copy_id": copy.copy_id,
        "cover_id": None if shown is None else shown.cover_id,
        "media": media,
        "deeplink": url,
    }
    own = hash_digits(np.array([batch.announcement], np.uint64))
    pieces: list[bytes | int] = [
        b'{"reminder_id":"' + own,
        _USER_H,
        b'","user_id":"',
        _USER,
        b'",' + _fields(fixed) + b',"send_ts":',
        _SEND,
        b"," + _fields(times) + b',"title":"',
        *_text(wording.title, _TITLE),
        b'","body":"',
        *_text(wording.body, _BODY),
        b'",' + _fields(chosen) + b',"actions":[',
        *_actions(url, batch.intent, text_locale(copy.locale), own),
        b'],"score":',
        _SCORE,
        b',"reasons":',
        _REASONS,
        b',"experiment":',
        _EXPERIMENT,
        b',"policy":"',
        _POLICY,
        b'","propensity":',
        _CHANCE,
        b',"model_version":%d}' % batch.model_version,
    ]
    return _merged(pieces)


def _actions(url: str, intent: Intent, locale: TextLocale, own: bytes) -> list[bytes | int]:
    pieces: list[bytes | int] = []
    for kind in ("reserve", "open") if intent == "invite" else ("open",):
        before, after = action_url(url, kind)
        fixed = _fields({"type": kind, "label": _LABELS[locale][kind]})
        start = b"{" + fixed + b',"url":"' + _inner(before) + own
        pieces += [b"," * bool(pieces) + start, _USER_H, _inner(after) + b'"}']
    return pieces


def _text(parts: tuple[str, ...] | None, number: int) -> list[bytes | int]:
    """Return the pieces of a text around the places of the name, or of one that is one's own."""
    if parts is None:
        return [number]
    pieces: list[bytes | int] = [_inner(parts[0])]
    for part in parts[1:]:
        pieces += [_NAME, _inner(part)]
    return pieces


def _merged(pieces: list[bytes | int]) -> Template:
    """Return the pieces with constant ones that follow each other made one."""
    merged: list[bytes | int] = []
    for piece in pieces:
        last = merged[-1] if merged else None
        if isinstance(piece, bytes) and isinstance(last, bytes):
            merged[-1] = last + piece
        else:
            merged.append(piece)
    return merged


def _fields(values: Mapping[str, object]) -> bytes:
    return _json(values)[1:-1]


def _inner(text: str) -> bytes:
    return _json(text)[1:-1]


def _json(value: object) -> bytes:
    return msgspec.json.encode(value)
