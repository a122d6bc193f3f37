"""Reminders laid out by columns say what a plain encoder would, whatever the texts."""

from __future__ import annotations

from typing import NamedTuple

import msgspec
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from features.contracts import Copy, Cover, Reason, Reminder, StreamRecord
from features.hashing import hash64_many
from features.texts import Texts
from online_models.variants import VariantStats
from online_models.wear import Shown
from reminders.board_stream import BoardStream
from reminders.byte_pieces import Pool, Templates, lay_out
from reminders.content import ContentPolicy, choose_content
from reminders.options import Audience, options_for
from reminders.reasons import ReasonSet
from reminders.reminder_batch import ReminderBatch
from reminders.reminder_id import join_id
from reminders.render import render_reminders
from streams.engine.outgoing import one_by_one

_START_TS = 1_700_000_000_000
_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_ID = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)


class _User(NamedTuple):
    """What a reminder says of its user."""

    name: str | None
    locale: str
    lead_s: int
    score: float
    propensity: float
    reason: str
    explore: bool


_USER = st.builds(
    _User,
    name=st.none() | _TEXT,
    locale=st.sampled_from(["en", "zh-CN", "ja", "en-GB"]),
    lead_s=st.integers(1, 100_000),
    score=st.floats(0, 1),
    propensity=st.floats(0, 1, exclude_min=True, allow_subnormal=False),
    reason=_TEXT,
    explore=st.booleans(),
)


@given(
    users=st.lists(_USER, max_size=8),
    ids=st.lists(_ID, min_size=8, max_size=8, unique=True),
    texts=st.tuples(_ID, _ID, _TEXT, _TEXT, _ID),
)
@settings(deadline=None)
def test_every_field_is_what_was_decided(
    users: list[_User], ids: list[str], texts: tuple[str, str, str, str, str]
) -> None:
    """Ids and texts with any characters come back as they were, numbers too."""
    keys = ids[: len(users)]
    batch = _batch(users, keys, _record(*texts))
    records, content = list(one_by_one([render_reminders(batch)])), batch.content
    assert [record.key for record in records] == [key.encode() for key in keys]
    for row, (user, record) in enumerate(zip(users, records, strict=True)):
        said = msgspec.json.decode(record.value or b"", type=Reminder)
        copy = content.options.copies[int(content.copy[row])]
        identity = join_id(7, int(batch.audience.user_h[row]))
        assert (said.reminder_id, said.user_id) == (identity, keys[row])
        assert (said.stream_id, said.host_id, said.copy_id) == (*texts[:2], copy.copy_id)
        assert (said.send_ts, said.score) == (_START_TS - 1_000 * user.lead_s, round(user.score, 6))
        assert said.propensity == user.propensity
        assert said.policy == ("explore" if user.explore else "exploit")
        assert said.reasons == list(_reasons(user))
        assert (said.title, said.body) == _worded(batch, row)
        assert said.media is not None
        assert said.media.url == f"https://x.example/{texts[2]}"
        assert all(f"reminder_id={identity}" in action.url for action in said.actions)
        assert dict(record.headers)["ce_id"].decode() == identity


def _record(
    stream_id: str, host_id: str, title: str, host_name: str, cover_id: str
) -> StreamRecord:
    return StreamRecord(
        stream_id=stream_id,
        ts=1,
        status="scheduled",
        host_id=host_id,
        title=title or "t",
        host_name=host_name,
        start_ts=_START_TS,
        copies=[
            Copy(copy_id=cover_id, locale="en", title="{{ nickname }}: x", body="{{ nickname }}"),
            Copy(copy_id="reads", locale="en", title="{{ nickname|upper }} %s", body="%d"),
        ],
        covers=[Cover(cover_id=cover_id, url=f"https://x.example/{title}", kind="image")],
    )


def _batch(users: list[_User], keys: list[str], record: StreamRecord) -> ReminderBatch:
    stream = BoardStream(record, lambda _: np.zeros(32, np.float32))
    locales = [user.locale for user in users]
    send_ts = _START_TS - 1_000 * np.array([user.lead_s for user in users], np.int64)
    names = Texts.of([user.name or "" for user in users])
    product = np.zeros(len(users), np.int64)
    people = Audience(Texts.of(keys), hash64_many(keys), names, locales, send_ts, product)
    options = options_for(stream, "invite", people)
    policy = ContentPolicy(VariantStats(), 0)
    covers, unworn = record.covers or [], Shown.nothing(len(users))
    content = choose_content(options, covers, people.user_h, locales, 7, policy, unworn)
    return ReminderBatch(
        stream,
        "2h",
        "invite",
        7,
        people,
        content,
        np.array([user.score for user in users], np.float64),
        np.array([user.propensity for user in users], np.float64),
        np.array([user.explore for user in users], np.bool_),
        [ReasonSet(_reasons(user), msgspec.json.encode(_reasons(user))) for user in users],
        [None] * len(users),
        3,
    )


def _reasons(user: _User) -> tuple[Reason, ...]:
    return (Reason(code="c", text=user.reason, weight=0.5),)


def _worded(batch: ReminderBatch, row: int) -> tuple[str, str]:
    """Title and body, rendered for this user alone."""
    options, place = batch.content.options, int(batch.content.copy[row])
    nickname = options.nicknames[row]
    if options.copies[place].built_in and len(nickname) > 24:
        nickname = nickname[:23].rstrip() + "…"
    text = options.wordings[int(options.cell_of[row]), place].text(nickname)
    assert text is not None
    return text


@given(
    st.lists(st.lists(st.binary(max_size=5) | st.integers(0, 1), max_size=6), min_size=1),
    st.lists(st.tuples(st.integers(0, 10), st.binary(max_size=9), st.binary(max_size=9))),
)
@settings(deadline=None)
def test_pieces_come_in_the_order_of_the_template(
    templates: list[list[bytes | int]], rows: list[tuple[int, bytes, bytes]]
) -> None:
    """Constant and own ones, empty ones too, for any mixture of templates."""
    pool = Pool()
    own = [pool.column([row[1] for row in rows]), pool.column([row[2] for row in rows])]
    which = np.array([row[0] % len(templates) for row in rows], np.int64)
    data, at, size = lay_out(pool, Templates(templates, 2), which, own)
    records = [data[a : a + n].tobytes() for a, n in zip(at.tolist(), size.tolist(), strict=True)]
    expected = [
        b"".join(
            (first, second)[piece] if isinstance(piece, int) else bytes(piece)
            for piece in templates[number % len(templates)]
        )
        for number, first, second in rows
    ]
    assert records == expected
