"""An explanation in words for a terminal."""

from __future__ import annotations

from features.contracts import Reason
from reminders.rung_explanation import RungExplanation
from streams.explaining import Explanation
from streams.explanation_page import explanation_text

HOUR = 3_600_000


def _said(reserve_value: float) -> str:
    rung = RungExplanation(
        rung="2h",
        intent="invite",
        first_ts=0,
        last_ts=3 * HOUR,
        at_ts=HOUR,
        planned=True,
        held_by=(),
        p_attend=0.0431,
        p_attend_unsent=0.0123,
        p_open=0.12,
        p_mute=0.001,
        p_reserve=0.03,
        value=0.0908,
        reserve_value=reserve_value,
        price=0.01,
        on_trial=False,
        invites_before=1,
        strategy="hybrid",
        remedies={},
        contributions={"base": -4.0, "follows_host": 0.9},
        reasons=(Reason(code="follows_host", text="You follow Lin", weight=1.0),),
    )
    return explanation_text(
        Explanation(
            user_id="u",
            stream_id="s",
            title="Tea at noon",
            host="Lin",
            start_ts=4 * HOUR,
            now_ts=0,
            partition=3,
            model_version=7,
            timezone="UTC",
            locale="en",
            totals={"watch": 2, "follow": 0},
            offered_entropy=1.0,
            rungs=[rung],
            obstacles={"2h": []},
        )
    )


def test_the_value_is_told_with_what_the_reservation_adds() -> None:
    """Where it adds something; how likely it is, always."""
    worth, none = _said(0.06), _said(0.0)
    assert "value   0.0908, 0.0600 for the reservation, by hybrid, price 0.0100;" in worth
    assert "value   0.0908 by hybrid, price 0.0100;" in none
    assert "p(open) 0.1200, p(reserve) 0.0300, p(mute) 0.0010;" in worth
    assert "p(open) 0.1200, p(reserve) 0.0300, p(mute) 0.0010;" in none


def test_the_rest_is_told_as_it_is() -> None:
    """Verdict, times in the user's zone, what was done, reasons and causes."""
    said = _said(0.0)
    assert "u · stream s: Tea at noon, by Lin" in said
    assert "2h invite: would be sent" in said
    assert "planned for 1970-01-01 01:00:00" in said
    assert "did     watch 2" in said
    assert "reasons You follow Lin (1)" in said
    assert "causes  base -4.00, follows_host +0.90 (log-odds of p(attend))" in said
