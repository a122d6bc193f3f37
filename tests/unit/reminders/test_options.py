from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from features.contracts import Copy, Product, StreamRecord
from features.hashing import hash64_many
from features.texts import Texts
from reminders.board_stream import BoardStream
from reminders.options import Audience, Options, options_for

_HOUR_MS = 3_600_000


def stream(*copies: Copy, **fields: Any) -> BoardStream:
    """A stream of Lin in the far future, with these copies."""
    known = {"title": "Autumn", "host_name": "Lin", "start_ts": 10 * _HOUR_MS, **fields}
    record = StreamRecord(
        stream_id="s", ts=1, status="scheduled", host_id="h", copies=list(copies), **known
    )
    return BoardStream(record, lambda _: np.zeros(32, np.float32))


def audience(
    nicknames: Sequence[str | None],
    locales: Sequence[str] | None = None,
    send_ts: Sequence[int] | None = None,
    product: Sequence[int] | None = None,
) -> Audience:
    """Users by nickname, two hours before the start unless told otherwise."""
    count = len(nicknames)
    users = [f"user-{n}" for n in range(count)]
    return Audience(
        Texts.of(users),
        hash64_many(users),
        Texts.of([nickname or "" for nickname in nicknames]),
        locales or ["en"] * count,
        np.array([8 * _HOUR_MS] * count if send_ts is None else send_ts, np.int64),
        np.zeros(count, np.int64) if product is None else np.array(product),
    )


def candidates(options: Options) -> list[list[str]]:
    """Each user's candidate ids."""
    return [
        [options.copies[place].copy_id for place in options.sets[number]]
        for number in options.set_of.tolist()
    ]


_NAME = Copy(copy_id="name", locale="en", title="Hi {{ nickname }}{{ nickname }}", body="b")
_READS = Copy(copy_id="reads", locale="en", title="{{ nickname|upper }}", body="b")
_PLAIN = Copy(copy_id="plain", locale="en", title="p", body="b")
_BUILT_IN = ["builtin.en.invite.3", "builtin.en.invite.4"]


def test_each_user_gets_what_fits() -> None:
    """By name, by length of the name, and by language."""
    people = audience(["Ann", None, "x" * 59, "x" * 121, "\u200b", "Bo"], ["en"] * 5 + ["zh-CN"])
    assert candidates(options_for(stream(_NAME, _READS, _PLAIN), "invite", people)) == [
        ["name", "reads", "plain"],
        ["plain"],
        ["reads", "plain"],
        ["plain"],
        ["plain"],
        ["builtin.zh-CN.invite.3", "builtin.zh-CN.invite.4"],
    ]


def test_length_limits_are_exact() -> None:
    """A title of 120 characters fits, one of 121 does not."""
    copy = Copy(copy_id="c", locale="en", title="{{ nickname }}!", body="{{ nickname }}")
    people = audience(["x" * 119, "x" * 120])
    assert candidates(options_for(stream(copy), "invite", people)) == [["c"], _BUILT_IN]


def test_built_in_copies_serve_everybody() -> None:
    """A name of a megabyte, none, or one that cleans to nothing."""
    people = audience(["x" * 1_000_000, None, "", "\x00"])
    assert candidates(options_for(stream(_NAME), "invite", people)) == [_BUILT_IN] * 4


def test_candidates_do_not_depend_on_the_company() -> None:
    """Alone or in any audience, a user has the same ones in the same order."""
    nicknames = ["Ann", None, "x" * 100, "Bo", "x" * 300, None]
    locales = ["en", "zh-CN", "en-GB", "ja", "en", "en"]
    own = stream(_NAME, _READS, _PLAIN, Copy(copy_id="j", locale="ja", title="t", body="b"))
    together = candidates(options_for(own, "attend", audience(nicknames, locales)))
    alone = [
        candidates(options_for(own, "attend", audience([nickname], [locale])))[0]
        for nickname, locale in zip(nicknames, locales, strict=True)
    ]
    assert together == alone


def test_users_share_a_cell_when_they_share_the_words() -> None:
    """Locale, time as it is said, and whether there is a name."""
    sent = [8 * _HOUR_MS, 8 * _HOUR_MS + 60_000, 7 * _HOUR_MS]
    options = options_for(stream(_PLAIN), "invite", audience(["a", "b", "c"], send_ts=sent))
    assert [cell.minutes for cell in options.cells] == [120, 180]
    assert options.cell_of.tolist() == [0, 0, 1]


def test_each_user_is_told_of_their_product() -> None:
    """Who are told of different ones share no cell."""
    named = Copy(copy_id="p", locale="en", title="{{ product_name }}", body="b")
    products = [Product(product_id=name, name=name) for name in ("Coat", "Lamp")]
    people = audience(["a", "b", "c"], product=[1, 0, 1])
    options = options_for(stream(named, products=products), "invite", people)
    titles = [options.wordings[cell, 0].title for cell in options.cell_of.tolist()]
    assert titles == [("Lamp",), ("Coat",), ("Lamp",)]


def test_nobody_due() -> None:
    """An empty audience has empty columns."""
    options = options_for(stream(_PLAIN), "invite", audience([], []))
    assert len(options.set_of) == len(options.sets) == 0
