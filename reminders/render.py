"""Reminder records as bytes: what a group of users shares is encoded once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
import numpy.typing as npt

from features.contracts import Experiment, Intent, Media
from features.hashing import FloatArray
from reminders.board_stream import BoardStream
from reminders.content import Content
from reminders.copybook import SHOWN
from reminders.deeplinks import action_url, stream_url
from reminders.locales import TextLocale, text_locale
from reminders.options import Audience, Options, groups
from reminders.reasons import ReasonSet
from reminders.reminder_id import reminder_ids
from reminders.slot_text import shorten
from reminders.wordings import Wording

__all__ = ["ReminderBatch", "render_reminders"]

_LABELS: dict[TextLocale, dict[str, str]] = {
    "zh-CN": {"reserve": "预约", "open": "查看"},
    "en": {"reserve": "Reserve", "open": "View"},
}
_POLICY = {True: b"explore", False: b"exploit"}
_SCORE_DIGITS = 6


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


def render_reminders(batch: ReminderBatch) -> list[bytes]:
    """Return the JSON of each reminder (`features.contracts.Reminder`), in the users' order."""
    content = batch.content
    heads, tails = _heads(batch), _tails(batch)
    keys = np.stack([content.options.cell_of, content.copy, content.cover], axis=1)
    distinct, key_of = np.unique(keys, axis=0, return_inverse=True)
    records: list[bytes] = [b""] * len(heads)
    for key, members in groups(key_of.reshape(-1), len(distinct)):
        cell, copy, cover = distinct[key].tolist()
        wording = content.options.wordings[cell, copy]
        pattern = _pattern(batch, wording, cover)
        buttons = len(_buttons(batch.intent))
        rows = members.tolist()
        for row, names in zip(rows, _names(content.options, wording, rows, copy), strict=True):
            head = heads[row]
            records[row] = pattern % (head + names + head[:1] * buttons + tails[row])
    return records


def _heads(batch: ReminderBatch) -> list[tuple[bytes, ...]]:
    """Return each user's reminder id, user id and send time, encoded."""
    audience = batch.audience
    ids = reminder_ids(batch.announcement, audience.user_h)
    columns = zip(ids, audience.user_ids, audience.send_ts.tolist(), strict=True)
    return [(identity.encode(), _json(user), b"%d" % send) for identity, user, send in columns]


def _tails(batch: ReminderBatch) -> list[tuple[bytes, ...]]:
    """Return each user's score, reasons, experiment, policy and propensity, encoded."""
    experiments = {arm: _json(arm) for arm in dict.fromkeys(batch.experiments)}
    return [
        (b"%a" % score, reasons.json, experiments[arm], _POLICY[explore], b"%a" % propensity)
        for score, reasons, arm, explore, propensity in zip(
            np.round(np.clip(batch.score, 0.0, 1.0), _SCORE_DIGITS).tolist(),
            batch.reasons,
            batch.experiments,
            batch.explore.tolist(),
            np.clip(batch.propensity, np.finfo(np.float64).tiny, 1.0).tolist(),
            strict=True,
        )
    ]


def _names(
    options: Options, wording: Wording, rows: Sequence[int], copy: int
) -> Iterator[tuple[bytes, ...]]:
    """Yield each user's name for every place of it, or the texts where they depend on it."""
    if wording.title is None or wording.body is None:
        for row in rows:
            title, body = options.texts[row, copy]
            yield _inner(title), _inner(body)
        return
    places = len(wording.title) + len(wording.body) - 2
    for row in rows:
        nickname = options.nicknames[row]
        if wording.copy.built_in:
            nickname = shorten(nickname, SHOWN["nickname"])
        yield (_inner(nickname),) * places


def _pattern(batch: ReminderBatch, wording: Wording, cover: int) -> bytes:
    """Return the record with ``%b`` in the place of each of a user's own values, in order."""
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
    return b"".join(
        [
            b'{"reminder_id":"%b","user_id":%b,',
            _fields(fixed),
            b',"send_ts":%b,',
            _fields(times),
            b',"title":"' + _text(wording.title) + b'","body":"' + _text(wording.body) + b'",',
            _fields(chosen),
            b',"actions":[' + _actions(url, batch.intent, text_locale(copy.locale)) + b"]",
            b',"score":%b,"reasons":%b,"experiment":%b,"policy":"%b","propensity":%b',
            b',"model_version":%d}' % batch.model_version,
        ]
    )


def _buttons(intent: Intent) -> tuple[str, ...]:
    return ("reserve", "open") if intent == "invite" else ("open",)


def _actions(url: str, intent: Intent, locale: TextLocale) -> bytes:
    encoded: list[bytes] = []
    for kind in _buttons(intent):
        before, after = action_url(url, kind)
        fixed = _fields({"type": kind, "label": _LABELS[locale][kind]})
        link = _escaped(_inner(before)) + b"%b" + _escaped(_inner(after))
        encoded.append(b"{" + fixed + b',"url":"' + link + b'"}')
    return b",".join(encoded)


def _text(parts: tuple[str, ...] | None) -> bytes:
    return b"%b" if parts is None else b"%b".join(_escaped(_inner(part)) for part in parts)


def _fields(values: Mapping[str, object]) -> bytes:
    return _escaped(_json(values)[1:-1])


def _escaped(encoded: bytes) -> bytes:
    return encoded.replace(b"%", b"%%")


def _inner(text: str) -> bytes:
    return _json(text)[1:-1]


def _json(value: object) -> bytes:
    return msgspec.json.encode(value)
