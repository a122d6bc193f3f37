"""What an operator sets of the decision reaches the parts that decide."""

from __future__ import annotations

from dataclasses import fields

import pytest

from config import Settings, load_settings
from reminders.settings import DecisionSettings
from streams.composition import decision_settings

OTHER = {
    "send_price": 0.02,
    "purchase_worth": 7.0,
    "reserve_worth": 2.5,
    "variety": 0.5,
    "invites_per_user_day": 1.5,
    "holdout_invite": 0.1,
    "holdout_attend": 0.2,
    "explore": 0.3,
}
"""By name, a value that no setting has by default."""


@pytest.mark.parametrize(("name", "value"), OTHER.items())
def test_a_setting_of_the_decision_arrives(name: str, value: float) -> None:
    """Each by its own name, from its variable; the others stay."""
    told = {"LIVECUE_KAFKA__BOOTSTRAP_SERVERS": "none:1"}
    plain = decision_settings(load_settings(told))
    variable = f"LIVECUE_DECISION__{name.upper()}"
    changed = decision_settings(load_settings({**told, variable: str(value)}))
    differ = [
        field.name
        for field in fields(DecisionSettings)
        if getattr(plain, field.name) != getattr(changed, field.name)
    ]
    assert differ == [name]
    assert getattr(changed, name) == value


def test_the_defaults_are_those_of_the_decision() -> None:
    """What tests of the decision take for granted is what is deployed."""
    assert decision_settings(Settings()) == DecisionSettings()
