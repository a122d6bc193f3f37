"""Reservations: who is believed to make one, who is learned to, and what it adds to the value."""

from __future__ import annotations

from dataclasses import fields, replace

import msgspec
import numpy as np
import pytest
from scipy.special import expit

from online_models.example import Example
from online_models.heads import HEAD_NAMES, PRIOR_NAMES
from online_models.prior import RESERVE_OF_OPEN, PriorInputs, prior
from online_models.scoring import Scores, score
from online_models.snapshot import HeadWeights, ModelSnapshot
from online_models.trainer import Trainer

NAMES = ("keen", "noise")


def people(n: int, seed: int = 5) -> tuple[np.ndarray[tuple[int, int]], PriorInputs]:
    """Return features and prior inputs of `n` people; every other one is of the keen kind."""
    rng = np.random.default_rng(seed)
    inputs = replace(
        PriorInputs.unknown(n),
        follows=rng.random(n) < 0.4,
        reserved=rng.random(n) < 0.2,
        personalization=rng.random(n) < 0.8,
        category_weight=rng.exponential(1.0, n),
    )
    return np.stack([np.arange(n) % 2, rng.normal(size=n)], axis=1), inputs


def told() -> ModelSnapshot:
    """Return a model whose heads all have learned something."""
    blank = ModelSnapshot.untrained(NAMES)
    heads = {
        name: HeadWeights([0.7, -0.1], head.intercept, (500, 500), (60, 60), 0.9, 0.1)
        for name, head in blank.heads.items()
    }
    return msgspec.structs.replace(blank, mean=[0.5, 0.0], heads=heads)


def example(number: int, **changes: object) -> Example:
    """Return a sent invitation that was not answered."""
    plain: dict[str, object] = {
        "reminder_id": f"r{number}",
        "user_id": f"u{number}",
        "stream_id": "s",
        "rung": "2h",
        "intent": "invite",
        "sent": True,
        "decided_ts": number,
        "closed_ts": number + 1,
        "x": [0.0, 0.0],
        "reserved": False,
    }
    return Example(**{**plain, **changes})  # type: ignore[arg-type]  # the fields of a Struct


def at_worth(worth: float, snapshot: ModelSnapshot | None = None, n: int = 600) -> Scores:
    """Return scores where a reservation is worth so much."""
    x, inputs = people(n)
    return score(snapshot or told(), x, inputs, reserve_worth=worth)


def test_a_sent_invitation_whose_answer_is_known_teaches() -> None:
    """Not who held a reservation already, nor who was sent nothing."""
    trainer = Trainer(NAMES)
    trainer.learn(
        [
            example(0, reserved=True),
            example(1),
            example(2, reserved=None),
            example(3, intent="attend", reserved=True),
            example(4, sent=False, reserved=True),
        ]
    )
    head = trainer.heads["reserve"]
    assert (head.examples, head.positives) == ((2, 0), (1, 0))


def test_at_no_worth_nothing_else_changes_and_nothing_is_asked() -> None:
    """To the last bit; what a reservation is worth does not touch the probabilities either."""
    nothing, much = at_worth(0.0), at_worth(2.0)
    assert not nothing.p_reserve.any()
    for field in fields(Scores):
        if field.name not in ("value", "prior_value", "p_reserve"):
            before, after = getattr(nothing, field.name), getattr(much, field.name)
            np.testing.assert_array_equal(before, after, err_msg=field.name)


def test_the_value_grows_by_worth_times_probability() -> None:
    """Of the model's value and of the prior's; who holds a reservation has nothing to gain."""
    _, inputs = people(600)
    base, one, three = at_worth(0.0), at_worth(1.0), at_worth(3.0)
    held = inputs.reserved
    np.testing.assert_allclose(one.value, base.value + one.p_reserve)
    np.testing.assert_allclose(three.value, base.value + 3.0 * one.p_reserve)
    assert (one.value[~held] > base.value[~held]).all()
    assert (one.prior_value[~held] > base.prior_value[~held]).all()
    for scores in (one, three):
        assert not scores.p_reserve[held].any()
        np.testing.assert_array_equal(scores.value[held], base.value[held])
        np.testing.assert_array_equal(scores.prior_value[held], base.prior_value[held])


def test_before_anything_is_learned_a_quarter_of_the_openers_reserve() -> None:
    """And of those who refuse personalization, whatever is learned."""
    _, inputs = people(600)
    share = np.where(inputs.reserved, 0.0, RESERVE_OF_OPEN * prior(inputs).open)
    untrained = at_worth(1.0, ModelSnapshot.untrained(NAMES))
    np.testing.assert_allclose(untrained.p_reserve, share)
    learned, silent = at_worth(1.0).p_reserve, ~inputs.personalization
    np.testing.assert_allclose(learned[silent], share[silent])
    moved = inputs.personalization & ~inputs.reserved
    assert np.median(np.abs(learned - share)[moved] / share[moved]) > 0.2


@pytest.fixture(scope="module")
def trained() -> Trainer:
    """A trainer that saw the keen reserve three times as often as is believed, others half as."""
    rng = np.random.default_rng(11)
    x, inputs = people(12_000, seed=12)
    inputs = replace(inputs, reserved=np.zeros(len(x), np.bool_))
    priors = score(ModelSnapshot.untrained(NAMES), x, inputs).priors.tolist()
    does = rng.random(len(x)) < RESERVE_OF_OPEN * prior(inputs).open * np.where(x[:, 0], 3.0, 0.5)
    trainer = Trainer(NAMES)
    trainer.learn(
        example(n, x=x[n].tolist(), prior=priors[n], reserved=bool(does[n])) for n in range(len(x))
    )
    return trainer


def test_who_reserves_is_learned_and_the_order_of_values_follows(trained: Trainer) -> None:
    """Calibrated for both kinds; without a worth of reservations neither kind is preferred."""
    x = np.array([[1.0, 0.0], [0.0, 0.0]])
    fans = replace(PriorInputs.unknown(2), follows=np.ones(2, np.bool_))
    keen, other = score(trained.snapshot(0), x, fans, reserve_worth=1.0).p_reserve.tolist()
    assert keen == pytest.approx(3.0 * RESERVE_OF_OPEN * 0.12, rel=0.25)
    assert other == pytest.approx(0.5 * RESERVE_OF_OPEN * 0.12, rel=0.5)
    for worth, gap in ((0.0, 0.0), (0.5, 0.5 * (keen - other))):
        value = score(trained.snapshot(0), x, fans, reserve_worth=worth).value
        assert value[0] - value[1] == pytest.approx(gap, abs=1e-12)
    assert trained.snapshot(0).metrics["reserve"]["calibration_error"] < 0.02


def test_the_head_corrects_the_prior_that_is_served() -> None:
    """Examples carry five priors; the sixth, by which it is learned, is a share of opening."""
    assert (*PRIOR_NAMES, "reserve") == HEAD_NAMES
    trainer, blind = Trainer(NAMES), Trainer(NAMES)
    for n in range(300):
        five = [0.35 if n % 2 else 0.04, 0.05, 0.02, 0.002, 0.03]
        trainer.learn([example(n, prior=five, reserved=n % 20 == 1)])
        blind.learn([example(n, reserved=n % 20 == 1)])
    seen = trainer.snapshot(0).metrics["reserve"]["log_loss"]
    assert seen < blind.snapshot(0).metrics["reserve"]["log_loss"]
    assert blind.snapshot(0).heads["reserve"].prior == 1.0


def test_who_opens_more_is_believed_to_reserve_more() -> None:
    """A stream is reserved from its opened invitation: openings alone teach the head that much."""
    rng = np.random.default_rng(13)
    trainer = Trainer(NAMES)
    for n in range(1_500):
        keen = n % 2
        opened = bool(rng.random() < expit(-3.0 + 2.5 * keen))
        trainer.learn([example(n, x=[float(keen), 0.0], opened=opened, reserved=None)])
    trainer.learn([example(1_500)])
    x = np.array([[1.0, 0.0], [0.0, 0.0]])
    keen, other = score(trainer.snapshot(0), x, PriorInputs.unknown(2), reserve_worth=1.0).p_reserve
    assert keen > 4.0 * other
