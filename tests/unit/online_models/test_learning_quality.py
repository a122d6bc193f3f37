"""Against a seeded world whose every chance is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import rankdata, spearmanr

from online_models.arrays import Bools, Floats
from online_models.example import Example
from online_models.prior import PriorInputs
from online_models.scoring import score
from online_models.trainer import Trainer

NAMES = tuple(f"feature_{i}" for i in range(40))


@dataclass(frozen=True)
class World:
    """People, what is known of them, and their true chances with and without a reminder."""

    x: Floats
    inputs: PriorInputs
    unsent: Floats
    sent: Floats
    coin: Floats

    @classmethod
    def of(cls, n: int, seed: int) -> World:
        """Return `n` people of whom some are won by a reminder and some come anyway."""
        rng = np.random.default_rng(seed)
        follows, watched = rng.random(n) < 0.15, rng.random(n) < 0.3
        weight = np.where(watched, rng.exponential(1.0, n), 0.0)
        days = np.where(watched, rng.exponential(10.0, n), np.inf)
        category, declared = rng.exponential(0.5, n), rng.random(n) < 0.2
        x = rng.normal(size=(n, len(NAMES))) * 0.3
        x[:, :5] = np.stack(
            [
                follows,
                weight / (1 + weight),
                np.exp(-days / 14),
                category / (1 + category),
                declared,
            ],
            axis=1,
        )
        come = -4.5 + follows + 2 * x[:, 1] * x[:, 2] + 1.5 * x[:, 3] + x[:, 10]
        unsent = expit(come)
        won = 0.15 * expit(-2 + 1.5 * follows + 2 * x[:, 11] + declared)
        no = np.zeros(n, np.bool_)
        nothing = np.zeros(n)
        inputs = PriorInputs(
            follows,
            weight,
            days,
            category,
            declared,
            no,
            np.zeros(n, np.int64),
            ~no,
            nothing,
            nothing,
        )
        return cls(x, inputs, unsent, unsent + (1 - unsent) * won, rng.random(n))


def examples_of(world: World, sent: Bools) -> list[Example]:
    """Return what would be logged, with the prior as it was at the decision."""
    attended = world.coin < np.where(sent, world.sent, world.unsent)
    priors = score(Trainer(NAMES).snapshot(0), world.x, world.inputs).priors
    return [
        Example(
            reminder_id=str(i),
            user_id=str(i),
            stream_id="s",
            rung="2h",
            intent="invite",
            sent=bool(sent[i]),
            decided_ts=i,
            closed_ts=i,
            x=row,
            prior=prior,
            attended=bool(attended[i]),
        )
        for i, (row, prior) in enumerate(zip(world.x.tolist(), priors.tolist(), strict=True))
    ]


def auc(p: Floats, y: Bools) -> float:
    """Return the ROC AUC."""
    positives = int(y.sum())
    above = rankdata(p)[y].sum() - positives * (positives + 1) / 2
    return float(above / (positives * (len(y) - positives)))


@pytest.fixture(scope="module")
def trained() -> Trainer:
    """A trainer after 15,000 examples, one in twenty held out."""
    world = World.of(15_000, seed=1)
    trainer = Trainer(NAMES)
    trainer.learn(examples_of(world, np.arange(15_000) % 20 != 0))
    return trainer


def test_attendance_is_ranked_nearly_as_well_as_the_truth_allows(trained: Trainer) -> None:
    """ROC AUC on new people within 0.02 of what the true chances themselves reach."""
    world = World.of(40_000, seed=101)
    y = world.coin < world.sent
    served = score(trained.snapshot(0), world.x, world.inputs).p_attend
    assert auc(served, y) > auc(world.sent, y) - 0.02


def test_the_score_is_calibrated(trained: Trainer) -> None:
    """In tenths by score, the served probability is within 0.02 of the true one."""
    world = World.of(40_000, seed=102)
    served = score(trained.snapshot(0), world.x, world.inputs).score
    for tenth in np.array_split(np.argsort(served), 10):
        assert served[tenth].mean() == pytest.approx(world.sent[tenth].mean(), abs=0.02)


def test_uplift_is_learned_from_few_held_out_people(trained: Trainer) -> None:
    """With some 15 attendances among the held out, uplift ranks better than the prior's."""
    world = World.of(40_000, seed=103)
    truth = world.sent - world.unsent
    learned = score(trained.snapshot(0), world.x, world.inputs).uplift
    prior = score(Trainer(NAMES).snapshot(0), world.x, world.inputs).uplift
    assert trained.heads["attend_unsent"].positives[0] < 40
    assert spearmanr(learned, truth)[0] > spearmanr(prior, truth)[0] + 0.15
    assert learned.mean() == pytest.approx(truth.mean(), rel=0.5)


def test_progress_is_published(trained: Trainer) -> None:
    """The served predictions beat the prior alone, and the figures to see it are there."""
    figures = trained.snapshot(0).metrics["attend"]
    assert figures["learned_log_loss"] < figures["prior_log_loss"]
    assert figures["total_roc_auc"] > 0.6
    assert figures["calibration_error"] < 0.02
    assert figures["rollbacks"] == 0
