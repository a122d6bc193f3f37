"""The JSON of a reminder as a template: what users share, and the places of what is their own."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum, auto

import msgspec
import numpy as np

from features.contracts import Intent, Media
from reminders.byte_pieces import Template
from reminders.deeplinks import action_url, stream_url
from reminders.locales import TextLocale, text_locale
from reminders.reminder_batch import ReminderBatch
from reminders.reminder_id import hash_digits
from reminders.wordings import Wording

__all__ = ["ID_AT", "Own", "json_template"]

ID_AT = len(b'{"reminder_id":"')
"""Where the id of a reminder begins."""
_LABELS: dict[TextLocale, dict[str, str]] = {
    "zh-CN": {"reserve": "预约", "open": "查看"},
    "en": {"reserve": "Reserve", "open": "View"},
}


class Own(IntEnum):
    """What each reminder of a template has of its own, by the number of its piece."""

    USER_H = 0
    USER = auto()
    SEND = auto()
    NAME = auto()
    TITLE = auto()
    BODY = auto()
    SCORE = auto()
    REASONS = auto()
    EXPERIMENT = auto()
    POLICY = auto()
    CHANCE = auto()


def json_template(batch: ReminderBatch, wording: Wording, cover: int) -> Template:
    """Return the JSON of the batch's reminders with this wording and the cover at this place.

    `cover`: −1 for none. The pieces are numbered by `Own`.
    """
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
        Own.USER_H,
        b'","user_id":"',
        Own.USER,
        b'",' + _fields(fixed) + b',"send_ts":',
        Own.SEND,
        b"," + _fields(times) + b',"title":"',
        *_text(wording.title, Own.TITLE),
        b'","body":"',
        *_text(wording.body, Own.BODY),
        b'",' + _fields(chosen) + b',"actions":[',
        *_actions(url, batch.intent, text_locale(copy.locale), own),
        b'],"score":',
        Own.SCORE,
        b',"reasons":',
        Own.REASONS,
        b',"experiment":',
        Own.EXPERIMENT,
        b',"policy":"',
        Own.POLICY,
        b'","propensity":',
        Own.CHANCE,
        b',"model_version":%d}' % batch.model_version,
    ]
    return _merged(pieces)


def _actions(url: str, intent: Intent, locale: TextLocale, own: bytes) -> list[bytes | int]:
    pieces: list[bytes | int] = []
    for kind in ("reserve", "open") if intent == "invite" else ("open",):
        before, after = action_url(url, kind)
        fixed = _fields({"type": kind, "label": _LABELS[locale][kind]})
        start = b"{" + fixed + b',"url":"' + _inner(before) + own
        pieces += [b"," * bool(pieces) + start, Own.USER_H, _inner(after) + b'"}']
    return pieces


def _text(parts: tuple[str, ...] | None, number: int) -> list[bytes | int]:
    """Return the pieces of a text around the places of the name, or of one that is one's own."""
    if parts is None:
        return [number]
    pieces: list[bytes | int] = [_inner(parts[0])]
    for part in parts[1:]:
        pieces += [Own.NAME, _inner(part)]
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
