from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
import pytest

from features.contracts import (
    Action,
    Copy,
    Cover,
    Experiment,
    Intent,
    Media,
    Product,
    Reminder,
    StreamRecord,
)
from features.hashing import hash64_many
from features.texts import Texts
from online_models.variants import VariantStats
from online_models.wear import Shown
from reminders import render
from reminders.board_stream import BoardStream
from reminders.content import ContentPolicy, choose_content
from reminders.options import Audience, options_for
from reminders.reasons import REASON_CODES, reasons_for
from reminders.reminder_batch import ReminderBatch
from reminders.reminder_id import announcement_h, join_id
from reminders.render import render_reminders

_START_TS = 1_700_000_000_000
_HOUR_MS = 3_600_000
_ODD = '50% "off" %s %(x)s \\ </script> é 😀'


def batch(
    nicknames: Sequence[str | None],
    locales: Sequence[str] | None = None,
    intent: Intent = "invite",
    **fields: Any,
) -> ReminderBatch:
    """Reminders two hours before the start, by nickname and locale."""
    count = len(nicknames)
    known = {"title": "Autumn", "host_id": "h", "host_name": "Lin", "start_ts": _START_TS, **fields}
    record = StreamRecord(stream_id="s/1", ts=1, status="scheduled", **known)
    stream = BoardStream(record, lambda _: np.zeros(32, np.float32))
    users = [f"user-{n}" for n in range(count)]
    tags = locales or ["en"] * count
    people = Audience(
        Texts.of(users),
        hash64_many(users),
        Texts.of([nickname or "" for nickname in nicknames]),
        tags,
        _START_TS - 2 * _HOUR_MS + np.arange(count) * 1_000,
        np.zeros(count, np.int64),
    )
    announcement = announcement_h("s/1", "2h", _START_TS)
    options = options_for(stream, intent, people)
    policy = ContentPolicy(VariantStats(), 0)
    covers, unworn = record.covers or [], Shown.nothing(count)
    content = choose_content(options, covers, people.user_h, tags, announcement, policy, unworn)
    holds = np.zeros((count, len(REASON_CODES)), np.bool_)
    holds[:, 1] = True
    return ReminderBatch(
        stream,
        "2h",
        intent,
        announcement,
        people,
        content,
        np.linspace(0, 1, count),
        content.propensity,
        content.explore,
        reasons_for(holds.astype(np.float64), holds, holds[:, 1], tags, record),
        [Experiment(id="e", arm="a") if n % 2 else None for n in range(count)],
        7,
    )


def values(due: ReminderBatch) -> list[bytes]:
    """The JSON of the records."""
    return [value or b"" for part in render_reminders(due) for value in part.records.values()]


def decoded(due: ReminderBatch) -> list[Reminder]:
    """The records as a strict push consumer reads them."""
    return [msgspec.json.decode(value, type=Reminder) for value in values(due)]


def reference(due: ReminderBatch) -> list[Reminder]:
    """The same reminders one by one, straight from the contract."""
    return [_reference_row(due, row) for row in range(len(due.audience))]


def _reference_row(due: ReminderBatch, row: int) -> Reminder:
    record, people, content = due.stream.record, due.audience, due.content
    place = int(content.copy[row])
    copy = content.options.copies[place]
    wording = content.options.wordings[int(content.options.cell_of[row]), place]
    nickname = content.options.nicknames[row]
    if copy.built_in and len(nickname) > 24:
        nickname = nickname[:23].rstrip() + "…"
    text = wording.text(nickname)
    assert text is not None
    cover = content.covers[content.cover[row]] if content.cover[row] >= 0 else None
    identity = join_id(due.announcement, int(people.user_h[row]))
    chinese = copy.locale.startswith("zh")
    labels = (
        {"reserve": "预约", "open": "查看"} if chinese else {"reserve": "Reserve", "open": "View"}
    )
    link = record.deeplink or "livecue://streams/s%2F1"
    kinds: tuple[Any, ...] = ("reserve", "open") if due.intent == "invite" else ("open",)
    return Reminder(
        reminder_id=identity,
        user_id=people.user_ids[row],
        stream_id=record.stream_id,
        host_id=record.host_id or "",
        rung=due.rung,
        intent=due.intent,
        channel="push",
        send_ts=int(people.send_ts[row]),
        start_ts=record.start_ts or 0,
        expires_ts=record.start_ts or 0,
        title=text[0],
        body=text[1],
        locale=copy.locale,
        copy_id=copy.copy_id,
        cover_id=cover.cover_id if cover else None,
        media=Media(url=cover.url, kind=cover.kind) if cover else None,
        deeplink=link,
        actions=[
            Action(
                type=kind,
                label=labels[kind],
                url=f"{link}{'&' if '?' in link else '?'}action={kind}&reminder_id={identity}",
            )
            for kind in kinds
        ],
        score=round(float(due.score[row]), 6),
        reasons=list(due.reasons[row].reasons),
        experiment=due.experiments[row],
        policy="explore" if due.explore[row] else "exploit",
        propensity=float(due.propensity[row]),
        model_version=due.model_version,
    )


_NAMES = ["Ann", None, _ODD, "x" * 90, "\u202e\x00", "\x00\x01", "小鱼", None]
_LOCALES = ["en", "en", "zh-CN", "en-GB", "ja", "zh-CN", "zh-TW", "fr"]
_COPIES = [
    Copy(copy_id="odd", locale="en", title="{{ nickname }} 100% %s", body='{{ stream_title }} "%"'),
    Copy(copy_id="reads", locale="en", title="{{ nickname|upper }}", body="{{ starts_in }}\n%d"),
    Copy(copy_id="twice", locale="zh-CN", title="{{nickname}}{{nickname}}", body="{{ nickname }}"),
]
_COVERS = [
    Cover(cover_id="c%s", url="https://x.example/a?b=%20", kind="image"),
    Cover(cover_id="d", url="https://x.example/d", kind="video"),
]


@pytest.mark.parametrize("intent", ["invite", "attend"])
@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"copies": _COPIES, "covers": _COVERS},
        {"title": _ODD, "host_name": _ODD, "category": _ODD, "copies": _COPIES},
        {"deeplink": "app://live/%41?x=%s", "covers": _COVERS[:1]},
        {"host_name": None, "products": [Product(product_id="p", name=_ODD)]},
    ],
)
def test_columns_equal_the_contract_row_by_row(intent: Intent, fields: dict[str, Any]) -> None:
    """The fast encoder says exactly what a plain one would, whatever the texts hold."""
    due = batch(_NAMES * 3, _LOCALES * 3, intent, **fields)
    assert decoded(due) == reference(due)


def test_fields_are_those_of_the_contract_in_order() -> None:
    """No field is missing, null ones are there, and none is more."""
    (record,) = values(batch(["Ann"]))
    assert tuple(msgspec.json.decode(record)) == Reminder.__struct_fields__


def test_one_tap_reserve_only_on_an_invite() -> None:
    """A button to reserve where there is no reservation yet; one to open always."""
    kinds = {
        intent: [action.type for action in decoded(batch(["Ann"], intent=intent))[0].actions]
        for intent in ("invite", "attend")
    }
    assert kinds == {"invite": ["reserve", "open"], "attend": ["open"]}


def test_the_tap_names_the_reminder() -> None:
    """Each button carries the reminder's id, the deeplink is the stream's own."""
    (reminder,) = decoded(batch(["Ann"], deeplink="https://a.example/s#f"))
    assert reminder.deeplink == "https://a.example/s#f"
    assert [action.url for action in reminder.actions] == [
        f"https://a.example/s?action={kind}&reminder_id={reminder.reminder_id}#f"
        for kind in ("reserve", "open")
    ]


def test_it_expires_at_the_start() -> None:
    """Nothing is shown once the stream has begun."""
    (reminder,) = decoded(batch(["Ann"]))
    assert reminder.expires_ts == reminder.start_ts == _START_TS


def test_scores_and_propensities_stay_in_their_range() -> None:
    """Rounding errors of models never leave [0, 1] and (0, 1]."""
    due = dataclasses.replace(
        batch(["a", "b", "c"]),
        score=np.array([-1e-9, 1 + 1e-9, 1e-7]),
        propensity=np.array([0.0, 1.5, 1e-12]),
    )
    given = [(reminder.score, reminder.propensity > 0) for reminder in decoded(due)]
    assert given == [(0.0, True), (1.0, True), (0.0, True)]


def test_the_users_order_is_kept() -> None:
    """However the users are grouped, record n is user n's."""
    due = batch(_NAMES * 5, _LOCALES * 5, copies=_COPIES, covers=_COVERS)
    assert [reminder.user_id for reminder in decoded(due)] == list(due.audience.user_ids)


def test_nobody_due() -> None:
    """No users, no records."""
    assert len(render_reminders(batch([]))) == 0


def test_parts_say_what_one_would(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many users are rendered at once, each gets the same record."""
    own = Copy(copy_id="c", locale="en", title="{{ nickname|upper }}!", body="{{ starts_in }}")
    due = batch(["Ann", None, "x" * 30, "Bo", "Cy"], copies=[own])
    whole = values(due)
    monkeypatch.setattr(render, "_AT_ONCE", 2)
    assert len(list(render_reminders(due))) == 3
    assert values(due) == whole


def test_a_record_is_what_was_decided_whenever_it_is_asked_for() -> None:
    """Ids lie in the table of users, where others take their place: those of who is erased."""
    due = batch(["Ann", None, "Bo"])
    ids = due.audience.user_ids
    table = Texts(ids.data.copy(), ids.at, ids.size)
    due = dataclasses.replace(due, audience=dataclasses.replace(due.audience, user_ids=table))
    expected, later = values(due), render_reminders(due)
    table.data[:] = ord("x")
    for _ in range(2):
        assert [value for part in later for value in part.records.values()] == expected
