"""Reminder records as bytes: what a group of users shares is encoded once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
from reminders.options import Audience, groups
from reminders.reasons import ReasonSet
from reminders.reminder_id import reminder_ids
from reminders.slot_text import shorten
from reminders.wordings import Wording

__all__ = ["ReminderBatch", "render_reminders"]

_LABELS: dict[TextLocale, dict[str, str]] = {
    "zh-CN": {"reserve": "预约", "open": "查看"},
    "en": {"reserve": "Reserve", "open": "View"},
}
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
    rows = list(_rows(batch))
    keys = np.stack([content.options.cell_of, content.copy, content.cover], axis=1)
    distinct, key_of = np.unique(keys, axis=0, return_inverse=True)
    records: list[bytes] = [b""] * len(rows)
    for key, members in groups(key_of.reshape(-1), len(distinct)):
        cell, copy, cover = distinct[key].tolist()
        wording = content.options.wordings[cell, copy]
        pattern = _pattern(batch, wording, cover)
        for row in members.tolist():
            names = _names(content, wording, row, copy)
            records[row] = (pattern % {**rows[row], **names}).encode()
    return records


def _rows(batch: ReminderBatch) -> Iterator[dict[str, str]]:
    """Yield what is each user's own, encoded, by its name in the pattern."""
    audience = batch.audience
    experiments = {experiment: _json(experiment) for experiment in dict.fromkeys(batch.experiments)}
    score = np.round(np.clip(batch.score, 0.0, 1.0), _SCORE_DIGITS).tolist()
    propensity = np.clip(batch.propensity, np.finfo(np.float64).tiny, 1.0).tolist()
    columns = zip(
        reminder_ids(batch.announcement, audience.user_h),
        audience.user_ids,
        audience.send_ts.tolist(),
        score,
        batch.reasons,
        batch.experiments,
        batch.explore.tolist(),
        propensity,
        strict=True,
    )
    for reminder_id, user_id, send_ts, value, reasons, experiment, explore, chance in columns:
        yield {
            "id": reminder_id,
            "user": _json(user_id),
            "send": str(send_ts),
            "score": repr(value),
            "reasons": reasons.json,
            "experiment": experiments[experiment],
            "policy": "explore" if explore else "exploit",
            "propensity": repr(chance),
        }


def _names(content: Content, wording: Wording, row: int, copy: int) -> dict[str, str]:
    """Return the user's name as it stands in the texts, or the texts when they depend on it."""
    options = content.options
    if wording.title is None:
        title, body = options.texts[row, copy]
        return {"title": _inner(title), "body": _inner(body)}
    nickname = options.nicknames[row]
    if wording.copy.built_in:
        nickname = shorten(nickname, SHOWN["nickname"])
    return {"name": _inner(nickname)}


def _pattern(batch: ReminderBatch, wording: Wording, cover: int) -> str:
    """Return the record with a place for each of a user's own values."""
    record = batch.stream.record
    url = stream_url(record.deeplink, record.stream_id)
    shown = batch.content.covers[cover] if cover >= 0 else None
    media = None if shown is None else Media(url=shown.url, kind=shown.kind)
    copy = wording.copy
    return (
        '{"reminder_id":"%(id)s","user_id":%(user)s'
        f',"stream_id":{_fixed(record.stream_id)},"host_id":{_fixed(record.host_id or "")}'
        f',"rung":{_fixed(batch.rung)},"intent":"{batch.intent}","channel":"push"'
        f',"send_ts":%(send)s,"start_ts":{record.start_ts},"expires_ts":{record.start_ts}'
        f',"title":"{_text(wording.title, "title")}","body":"{_text(wording.body, "body")}"'
        f',"locale":{_fixed(copy.locale)},"copy_id":{_fixed(copy.copy_id)}'
        f',"cover_id":{_fixed(None if shown is None else shown.cover_id)}'
        f',"media":{_fixed(media)},"deeplink":{_fixed(url)}'
        f',"actions":[{_actions(url, batch.intent, text_locale(copy.locale))}]'
        ',"score":%(score)s,"reasons":%(reasons)s,"experiment":%(experiment)s'
        ',"policy":"%(policy)s","propensity":%(propensity)s'
        f',"model_version":{batch.model_version}}}'
    )


def _actions(url: str, intent: Intent, locale: TextLocale) -> str:
    kinds = ("reserve", "open") if intent == "invite" else ("open",)
    encoded: list[str] = []
    for kind in kinds:
        before, after = map(_inner, action_url(url, kind))
        encoded.append(
            f'{{"type":"{kind}","label":"{_LABELS[locale][kind]}"'
            f',"url":"{_escaped(before)}%(id)s{_escaped(after)}"}}'
        )
    return ",".join(encoded)


def _text(parts: tuple[str, ...] | None, field: str) -> str:
    if parts is None:
        return f"%({field})s"
    return "%(name)s".join(_escaped(_inner(part)) for part in parts)


def _fixed(value: object) -> str:
    return _escaped(_json(value))


def _escaped(text: str) -> str:
    return text.replace("%", "%%")


def _inner(text: str) -> str:
    return _json(text)[1:-1]


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
