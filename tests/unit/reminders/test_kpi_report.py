"""What a record says of a funnel: rates, lift, and what is wrong."""

from __future__ import annotations

import msgspec
import pytest

from features.contracts import Kpi
from reminders.kpi import EVERYTHING, Funnel, Scope
from reminders.kpi_report import report

FINE = Funnel(
    0, eligible=2_000, sent=1_000, opened=100, reserved=50, reservers_attended=25, attended=60
)


def kpi(funnel: Funnel, everything: Funnel | None = None) -> Kpi:
    """The record of a funnel, global unless there is more than it."""
    scope = EVERYTHING if everything is None else Scope("rung", "2h")
    return report(scope, funnel, everything or funnel, 9)


def codes(funnel: Funnel, everything: Funnel | None = None) -> list[str]:
    """The codes of the diagnosis."""
    return [one.code for one in kpi(funnel, everything).diagnosis]


def changed(**counts: float) -> Funnel:
    """The fine funnel with other counts."""
    funnel = Funnel(0)
    funnel.add(FINE)
    for name, value in counts.items():
        setattr(funnel, name, value)
    return funnel


def test_rates_are_shares_of_what_was_delivered() -> None:
    """But for the attendance of those who reserved."""
    rates = kpi(changed(delivered=500, reported=500, purchased=5, muted=1)).rates
    assert rates.open.value == 0.2
    assert rates.reservation.value == 0.1
    assert rates.attendance_of_reservers.value == 0.5
    assert rates.conversion.value == 0.01
    assert rates.mute.value == 0.002
    assert rates.open.low < 0.2 < rates.open.high


def test_lift_compares_with_the_holdout() -> None:
    """Null until both arms exist; then the difference of attendance, with its interval."""
    assert kpi(FINE).lift is None
    assert kpi(changed(treated=900, treated_attended=90)).lift is None
    lift = kpi(changed(treated=900, treated_attended=90, held=100, held_attended=5)).lift
    assert lift is not None
    assert lift["attendance"].value == pytest.approx(0.05)
    assert lift["attendance"].low < 0.05 < lift["attendance"].high


def test_newcomers_are_eligible() -> None:
    """Whoever is sent a reminder was eligible, even if they came after the window opened."""
    assert kpi(changed(eligible=3)).eligible == 1_000


@pytest.mark.parametrize(
    ("counts", "code"),
    [
        ({"sent": 20, "opened": 10}, "small_sample"),
        ({"opened": 5}, "low_open_rate"),
        ({"muted": 20}, "high_mute_rate"),
        ({"delivered": 500, "reported": 400}, "low_delivery_rate"),
        ({"reservers_attended": 2}, "reservers_stay_away"),
        ({"treated": 900, "treated_attended": 90, "held": 20, "held_attended": 2}, "lift_unproven"),
        (
            {"treated": 900, "treated_attended": 9, "held": 900, "held_attended": 90},
            "negative_lift",
        ),
    ],
)
def test_each_code_is_said_for_its_cause(counts: dict[str, float], code: str) -> None:
    """One thing is wrong, and that is what is said, with numbers."""
    assert codes(FINE) == []
    assert codes(changed(**counts)) == [code]
    assert kpi(changed(**counts)).diagnosis[0].evidence


def test_a_scope_is_compared_with_all_others() -> None:
    """Opened clearly less than the rest, if not too little by itself."""
    everything = changed(sent=5_000, opened=1_000)
    assert codes(FINE, everything) == ["open_rate_below_others"]
    assert codes(FINE, changed(sent=5_000, opened=500)) == []


def test_a_record_reads_back_as_it_was_written() -> None:
    """To the byte, so that a restart does not take it for another."""
    funnel = changed(sent=3, muted=2, treated=9, held=9, revenue=7.0)
    written = msgspec.json.encode(kpi(funnel))
    assert msgspec.json.encode(msgspec.json.decode(written, type=Kpi)) == written
