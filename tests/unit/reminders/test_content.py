from __future__ import annotations

import numpy as np
import pytest

from features.contracts import Copy, Cover, StreamRecord
from features.hashing import hash64_many
from features.texts import Texts
from online_models.variants import COPY, VariantStats
from online_models.wear import FRESH, Shown
from reminders.board_stream import BoardStream
from reminders.content import Content, ContentPolicy, choose_content
from reminders.options import Audience, options_for

_COVERS = [Cover(cover_id=name, url=f"https://x/{name}", kind="image") for name in "ab"]
_COPIES = [Copy(copy_id=name, locale="en", title=name, body="b") for name in ("c1", "c2")]
_STREAM = BoardStream(
    StreamRecord(
        stream_id="s",
        ts=1,
        status="scheduled",
        host_id="h",
        title="t",
        start_ts=7_200_000,
        copies=_COPIES,
    ),
    lambda _: np.zeros(32, np.float32),
)


def chosen(
    users: list[str],
    covers: list[Cover],
    stats: VariantStats | None = None,
    seed: int = 0,
    announcement: int = 1,
    shown: Shown | None = None,
) -> Content:
    """The choice for users of one locale."""
    count = len(users)
    user_h = hash64_many(users)
    names = Texts.of([""] * count)
    tags, sent = ["en"] * count, np.zeros(count, np.int64)
    people = Audience(Texts.of(users), user_h, names, tags, sent, np.zeros(count, np.int64))
    policy = ContentPolicy(stats or VariantStats(), seed)
    options = options_for(_STREAM, "invite", people)
    worn = shown or Shown.nothing(count)
    return choose_content(options, covers, user_h, ["en"] * count, announcement, policy, worn)


_USERS = [f"user-{n}" for n in range(400)]


def test_every_variant_is_shown_while_nothing_is_known() -> None:
    """Both copies and both covers, about evenly, with their true propensities."""
    content = chosen(_USERS, _COVERS)
    for places in (content.copy, content.cover):
        assert 120 < np.count_nonzero(places == 1) < 280
    assert content.propensity == pytest.approx(0.25)


def test_a_better_copy_is_shown_more() -> None:
    """Outcomes move the choice, an untouched share stays."""
    stats = VariantStats()
    for n in range(200):
        stats.observe(COPY, "en", "c2", opened=n % 2 == 0, ts=0)
        stats.observe(COPY, "en", "c1", opened=n % 50 == 0, ts=0)
    content = chosen(_USERS, [], stats)
    shown = [content.options.copies[place].copy_id for place in content.copy.tolist()]
    assert shown.count("c2") > 370
    assert "c1" in shown
    assert 0 < np.count_nonzero(content.explore) < 60
    assert content.propensity.min() == pytest.approx(0.025, abs=0.01)


def test_the_choice_is_a_function_of_the_decision() -> None:
    """Not of the company, the order, or the number of workers; seed and announcement count."""
    together = chosen(_USERS, _COVERS)
    backwards = chosen(_USERS[::-1], _COVERS)
    alone = [chosen([user], _COVERS) for user in _USERS[:20]]
    assert together.copy.tolist() == backwards.copy.tolist()[::-1]
    assert together.cover.tolist() == backwards.cover.tolist()[::-1]
    assert together.copy[:20].tolist() == [int(content.copy[0]) for content in alone]
    assert chosen(_USERS, _COVERS, seed=1).copy.tolist() != together.copy.tolist()
    assert chosen(_USERS, _COVERS, announcement=2).copy.tolist() != together.copy.tolist()


def test_copy_and_cover_are_drawn_apart() -> None:
    """The one says nothing about the other."""
    content = chosen(_USERS, _COVERS)
    assert 120 < np.count_nonzero(content.copy == content.cover) < 280


def test_a_single_cover_and_none() -> None:
    """What has no alternative is certain."""
    assert chosen(_USERS[:3], _COVERS[:1]).cover.tolist() == [0, 0, 0]
    content = chosen(_USERS[:3], [])
    assert content.cover.tolist() == [-1, -1, -1]
    assert content.propensity == pytest.approx(0.5)


def test_nobody_to_choose_for() -> None:
    """Empty columns stay empty."""
    assert chosen([], _COVERS).copy.tolist() == []


def test_a_copy_that_was_shown_lately_is_shown_less() -> None:
    """To those who saw it; and it is said how long ago that was."""
    stats = VariantStats()
    for n in range(2_000):
        for copy_id in ("c1", "c2"):
            stats.observe(COPY, "en", copy_id, opened=n % 10 == 0, ts=0)
        stats.wear.observe(FRESH, 0.1, opened=n % 10 == 0)
        stats.wear.observe(1, 0.1, opened=n % 20 == 0)
    place = np.full((len(_USERS), 2), -1)
    place[:200, 0] = 0
    shown = Shown(place, np.where(place < 0, FRESH, 1))
    content = chosen(_USERS, [], stats, shown=shown)
    ids = [content.options.copies[place].copy_id for place in content.copy.tolist()]
    assert ids[:200].count("c1") < 20
    assert 60 < ids[200:].count("c1") < 140
    assert content.age.tolist() == [
        1 if row < 200 and ids[row] == "c1" else FRESH for row in range(400)
    ]
