from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
import pytest

from features.contracts import Reason, StreamRecord
from reminders.reasons import FALLBACK_CODE, REASON_CODES, ReasonSet, reasons_for

_RECORD = StreamRecord(
    stream_id="s", ts=1, status="scheduled", host_id="h", host_name="Lin", category="shoes"
)


def reasons(
    *users: Mapping[str, float],
    personal: bool = True,
    locale: str = "en",
    record: StreamRecord = _RECORD,
) -> list[ReasonSet]:
    """The reasons of users of whom these codes hold, with these strengths."""
    strength = np.zeros((len(users), len(REASON_CODES)))
    holds = np.zeros(strength.shape, np.bool_)
    for row, user in enumerate(users):
        for code, value in user.items():
            strength[row, REASON_CODES.index(code)] = value
            holds[row, REASON_CODES.index(code)] = True
    count = len(users)
    return list(reasons_for(strength, holds, np.full(count, personal), [locale] * count, record))


def said(given: Sequence[ReasonSet]) -> list[list[tuple[str, float]]]:
    """Codes and weights."""
    return [[(reason.code, reason.weight) for reason in one.reasons] for one in given]


def test_the_strongest_comes_first() -> None:
    """At most three, as shares of all that added to the score."""
    given = reasons({"popular": 1, "watched_host": 6, "follows_host": 2, "similar_content": 1})
    assert said(given) == [[("watched_host", 0.6), ("follows_host", 0.2), ("similar_content", 0.1)]]


def test_a_reservation_always_leads() -> None:
    """Who reserved is reminded because of that, whatever the model adds."""
    given = reasons({"reserved": 0, "watched_host": 9, "popular": 1})
    assert said(given) == [[("reserved", 0.5), ("watched_host", 0.45), ("popular", 0.05)]]


def test_what_does_not_hold_is_not_said() -> None:
    """A strength without the fact behind it is no reason."""
    strength = np.ones((1, len(REASON_CODES)))
    holds = np.zeros(strength.shape, np.bool_)
    holds[0, REASON_CODES.index("popular")] = True
    given = reasons_for(strength, holds, np.array([True]), ["en"], _RECORD)
    assert said(given) == [[("popular", 1.0)]]


def test_there_is_always_a_true_reason() -> None:
    """With nothing known of the user, that the stream is coming up."""
    (given,) = reasons({})
    assert given.reasons == (
        Reason(code=FALLBACK_CODE, text="This stream is coming up", weight=1.0),
    )


@pytest.mark.parametrize("strength", [0.0, -3.0, float("nan"), float("inf"), float("-inf")])
def test_a_true_reason_without_strength_still_counts(strength: float) -> None:
    """Where the score gives no share, the facts share alike, in the order of the codes."""
    assert said(reasons({"popular": strength})) == [[("popular", 1.0)]]
    given = reasons({"popular": strength, "follows_host": strength})
    assert said(given) == [[("follows_host", 0.5), ("popular", 0.5)]]


def test_negative_strength_is_left_out_beside_a_positive_one() -> None:
    """What spoke against the reminder is no reason for it."""
    assert said(reasons({"popular": -1, "follows_host": 0.1})) == [[("follows_host", 1.0)]]


def test_without_personalization_only_what_the_user_asked_for() -> None:
    """A reservation and a follow, never behaviour."""
    everything = dict.fromkeys(REASON_CODES, 1.0)
    given = reasons(everything, {"watched_host": 1.0}, personal=False)
    assert said(given) == [[("reserved", 0.5), ("follows_host", 0.5)], [(FALLBACK_CODE, 1.0)]]


@pytest.mark.parametrize(
    ("locale", "text"),
    [("zh-Hant", "你关注了Lin"), ("en-GB", "You follow Lin"), ("ja", "You follow Lin")],
)
def test_texts_speak_the_users_language(locale: str, text: str) -> None:
    """Chinese to those who speak it, else English, with the host's name."""
    assert reasons({"follows_host": 1}, locale=locale)[0].reasons[0].text == text


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_nameless_hosts_and_categories_leave_no_hole(locale: str) -> None:
    """Every text is whole without the stream's names, and bounded with monstrous ones."""
    bare = StreamRecord(stream_id="s", ts=1, status="scheduled")
    monstrous = msgspec.structs.replace(bare, host_name="{x}%s\u202e" * 90, category="W" * 900)
    for code in REASON_CODES:
        (plain,) = reasons({code: 1}, locale=locale, record=bare)
        (long,) = reasons({code: 1}, locale=locale, record=monstrous)
        assert not set("{}") & set(plain.reasons[0].text)
        assert plain.reasons[0].text.isprintable()
        assert len(long.reasons[0].text) < 120


def test_the_encoded_form_is_the_same() -> None:
    """What stands on the wire is what the explanation shows."""
    (given,) = reasons({"follows_host": 2, "popular": 1}, locale="zh-CN")
    assert msgspec.json.decode(given.json, type=tuple[Reason, ...]) == given.reasons


def test_users_keep_their_order() -> None:
    """One set a user, shared where they are alike, by locale too."""
    strength = np.zeros((4, len(REASON_CODES)))
    holds = np.zeros(strength.shape, np.bool_)
    holds[[0, 2, 3], 1] = True
    given = reasons_for(strength, holds, np.ones(4, np.bool_), ["en", "en", "zh", "en"], _RECORD)
    texts = [one.reasons[0].text for one in given]
    assert texts == ["You follow Lin", "This stream is coming up", "你关注了Lin", "You follow Lin"]
    assert given[0] is given[3]


def test_no_users_no_reasons() -> None:
    """Empty columns stay empty."""
    assert reasons() == []
