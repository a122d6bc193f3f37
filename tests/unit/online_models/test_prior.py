from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from online_models.arrays import Bools
from online_models.prior import PriorInputs, prior

YES: Bools = np.array([True])


def nobody(**causes: object) -> PriorInputs:
    """Return one row of a person of whom only `causes` are known."""
    row = PriorInputs.unknown(1)
    return replace(row, **{name: np.array([value]) for name, value in causes.items()})


@pytest.mark.parametrize(
    ("causes", "uplift"),
    [
        ({}, 0.003),
        ({"declared": True}, 0.012),
        ({"host_weight": 4.0, "days_since_host_watch": 0.0}, 0.078),
        ({"host_weight": 400.0, "days_since_host_watch": 0.0}, 0.152),
        ({"follows": True}, 0.023),
        ({"reserved": True}, 0.202),
    ],
)
def test_the_documented_table(causes: dict[str, object], uplift: float) -> None:
    """Each cause alone gives the uplift that the documentation states."""
    assert prior(nobody(**causes)).uplift[0] == pytest.approx(uplift, abs=0.001)


def test_probabilities_stay_probabilities_and_uplift_positive() -> None:
    """For any mix of causes, however extreme, 0 < unsent < sent < 1 and all others in (0, 1)."""
    rng = np.random.default_rng(1)
    n = 5_000
    inputs = PriorInputs(
        follows=rng.random(n) < 0.5,
        host_weight=rng.choice([0.0, 0.1, 3.0, 1e9], n),
        days_since_host_watch=rng.choice([0.0, 1.0, 400.0, np.inf], n),
        category_weight=rng.choice([0.0, 0.2, 1e9], n),
        declared=rng.random(n) < 0.5,
        reserved=rng.random(n) < 0.5,
        invites_for_stream=rng.integers(0, 5, n),
        personalization=rng.random(n) < 0.5,
        co_watched=rng.choice([0.0, 0.4, 0.99], n),
        segment_lift=rng.choice([-3.0, 0.0, 3.0], n),
    )
    result = prior(inputs)
    assert (result.uplift > 0).all()
    assert (result.attend_unsent > 0).all()
    assert (result.attend_unsent < result.attend).all()
    for p in (result.open, result.attend, result.mute, result.purchase):
        assert ((p > 0) & (p < 1)).all()


def test_another_invitation_adds_less_but_not_for_reservers() -> None:
    """Invitations to the same stream wear out; a reserver's reminders do not."""
    fresh, worn = (prior(nobody(follows=True, invites_for_stream=i)).uplift for i in (0, 1))
    assert worn == pytest.approx(0.7 * fresh)
    reserver = nobody(reserved=True, invites_for_stream=2)
    assert prior(reserver).uplift == prior(nobody(reserved=True)).uplift


def test_without_personalization_behaviour_changes_nothing() -> None:
    """Only follow and reservation may speak for who refuses personalization."""
    quiet = nobody(personalization=False, follows=True)
    known = replace(
        quiet,
        host_weight=np.array([9.0]),
        days_since_host_watch=np.array([0.0]),
        category_weight=np.array([9.0]),
        declared=YES,
        invites_for_stream=np.array([3]),
    )
    assert prior(known).uplift == prior(quiet).uplift
    assert prior(known).open == prior(quiet).open
