"""How a copy wears out, learned from what was opened beside what was expected."""

from __future__ import annotations

import numpy as np
import pytest

from online_models.example import Example
from online_models.trainer import Trainer
from online_models.wear import BELIEVED_WEAR, FRESH, Shown, Wear


def _noted(wear: Wear, age: int, expected: float, opened: int, of: int) -> None:
    for number in range(of):
        wear.observe(age, expected, opened=number < opened)


def test_little_wear_is_believed_before_anything_is_seen() -> None:
    """More of what was shown today than last week, and none of what is fresh."""
    pull = Wear().pull()
    assert 1.0 - BELIEVED_WEAR < pull[0] < pull[3] < pull[FRESH] == 1.0


def test_wear_is_what_openings_lack_beside_fresh_copies() -> None:
    """A level that was expected wrongly of all ages alike is no wear."""
    wear = Wear()
    _noted(wear, FRESH, 0.05, opened=1_000, of=10_000)
    _noted(wear, 1, 0.05, opened=700, of=10_000)
    assert wear.pull()[1] == pytest.approx(0.7, abs=0.02)


def test_nothing_gets_better_by_repetition() -> None:
    """Whoever opens much is shown much."""
    wear = Wear()
    _noted(wear, 0, 0.05, opened=2_000, of=10_000)
    assert wear.pull()[0] == 1.0


def test_the_age_of_the_chosen_copy() -> None:
    """Fresh where another one was shown."""
    shown = Shown(np.array([[2, 0], [1, -1]]), np.array([[0, 3], [1, FRESH]]))
    assert shown.age_of(np.array([0, 2])).tolist() == [3, FRESH]


def _example(number: int, age: int | None, *, opened: bool) -> Example:
    return Example(
        reminder_id=f"{number}",
        user_id="u",
        stream_id="s",
        rung="2h",
        intent="invite",
        sent=True,
        decided_ts=0,
        closed_ts=number,
        x=[0.5],
        prior=[0.1, 0.05, 0.04, 0.001, 0.02],
        opened=opened,
        copy_id="a",
        segment="en",
        copy_age=age,
    )


def test_the_trainer_learns_it_from_examples() -> None:
    """A third of the openings are lost by repetition; examples without an age teach nothing."""
    trainer = Trainer(("x",))
    rng = np.random.default_rng(3)
    ages = [FRESH, 0, None]
    for number in range(6_000):
        age = ages[number % 3]
        rate = 0.2 if age == 0 else 0.3
        trainer.learn([_example(number, age, opened=bool(rng.random() < rate))])
    wear = trainer.snapshot(0).variants.wear
    assert wear.pull()[0] == pytest.approx(2 / 3, abs=0.08)
    assert wear.pull()[1] > 0.95
    again = Trainer.from_bytes(trainer.to_bytes()).snapshot(0).variants
    assert again.wear == wear
