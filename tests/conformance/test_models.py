"""Every head is a River estimator, and must score columns exactly as it scores one example.

Checked besides are the plain functions around it: export, columnar scoring, storing.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from river import compose
from scipy.special import expit

from online_models.bayesian_logistic import BayesianLogistic
from online_models.example import Example
from online_models.heads import HEAD_NAMES, HEADS, OPENS, SEE_OPENS, new_regression, new_scaler
from online_models.scoring import learned_logits
from online_models.snapshot import ModelSnapshot
from online_models.trainer import MOST, Trainer

NAMES = tuple(f"feature_{i}" for i in range(40))


def random_examples(n: int, seed: int) -> list[Example]:
    """Return examples of every kind, with constant, rare, shifted and large features among them."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, len(NAMES)))
    x[:, 0] = 0.0
    x[:, 1] = 7.25
    x[:, 2] = rng.random(n) < 0.01
    x[:, 3] = 5.0 + rng.normal(size=n)
    x[:, 4] = MOST * (2.0 * rng.random(n) - 1.0)
    x[:, 5] = np.minimum(np.exp(rng.normal(size=n)), MOST)
    p = expit(x[:, 5:10].sum(axis=1) - 3.0)
    happened = rng.random((n, 5)) < p[:, None]
    sent = rng.random(n) < 0.7
    reserved = rng.random(n) < 0.2
    return [
        Example(
            reminder_id=f"r{i}",
            user_id=f"u{i % 50}",
            stream_id=f"s{i % 7}",
            rung="2h",
            intent="attend" if reserved[i] else "invite",
            sent=bool(sent[i]),
            decided_ts=i,
            closed_ts=i + 1,
            x=x[i].tolist(),
            opened=bool(happened[i, 0]),
            attended=bool(happened[i, 1]),
            muted=bool(happened[i, 2]),
            purchased=bool(happened[i, 3]),
            reserved=bool(happened[i, 4]),
            copy_id=f"c{i % 3}",
            cover_id=f"v{i % 2}",
            segment="zh-CN" if i % 2 else "en",
        )
        for i in range(n)
    ]


@pytest.fixture(scope="module")
def examples() -> list[Example]:
    """2,000 examples that cover every head."""
    return random_examples(2_000, seed=7)


@pytest.fixture(scope="module")
def trained(examples: list[Example]) -> Trainer:
    """A trainer that has learned them."""
    trainer = Trainer(NAMES)
    trainer.learn(examples)
    return trainer


@pytest.mark.parametrize("name", HEAD_NAMES)
def test_columnar_scores_equal_predict_proba_one(trained: Trainer, name: str) -> None:
    """The exported head gives each row River's probability within 1e-9.

    What the head `open` has learned is an input of `SEE_OPENS`, and part of their exported weights.
    """
    rows = random_examples(300, seed=8)
    x = np.array([e.x for e in rows])
    columns = expit(learned_logits(trained.snapshot(0), x)[:, HEAD_NAMES.index(name)])
    pipeline = compose.Pipeline(trained.scaler, trained.heads[name].regression)
    single = []
    for each in (dict(zip(NAMES, e.x, strict=True)) for e in rows):
        z = trained.scaler.transform_one(each)
        opens = trained.heads["open"].contrast(z) if name in SEE_OPENS else 0.0
        single.append(pipeline.predict_proba_one({**each, OPENS: opens})[True])
    np.testing.assert_allclose(columns, single, rtol=0, atol=1e-9)


def test_the_regression_is_an_estimator_of_rivers() -> None:
    """River's `check_estimator` finds nothing; it asks for scikit-learn, which we do not need."""
    pytest.importorskip("sklearn")
    from river.checks import check_estimator

    check_estimator(BayesianLogistic())


@pytest.mark.parametrize("name", ["open", "mute"])
def test_a_head_is_rivers_pipeline(examples: list[Example], name: str) -> None:
    """A head learns exactly what a River pipeline of its own learns from the same stream."""
    head = HEADS[HEAD_NAMES.index(name)]
    regression = new_regression(head.base_rate, NAMES)
    pipeline = compose.Pipeline(new_scaler(), regression)
    trainer = Trainer(NAMES)
    for e in [e for e in examples if e.sent][:500]:
        pipeline.learn_one(dict(zip(NAMES, e.x, strict=True)), head.label(e))
        trainer.learn([e])
    assert trainer.heads[name].regression.weights == regression.weights
    assert trainer.heads[name].regression.intercept == regression.intercept


def test_the_head_attend_sees_what_the_head_open_has_learned(examples: list[Example]) -> None:
    """Who is likelier to open, apart from the level, is an input of `attend` besides features."""
    regression, scaler, trainer = new_regression(0.03, NAMES), new_scaler(), Trainer(NAMES)
    for e in [e for e in examples if e.sent][:300]:
        x = dict(zip(NAMES, e.x, strict=True))
        opens = trainer.heads["open"].contrast(scaler.transform_one(x))
        scaler.learn_one(x)
        regression.learn_one({**scaler.transform_one(x), OPENS: opens}, bool(e.attended))
        trainer.learn([e])
    assert trainer.heads["attend"].regression.weights == regression.weights
    assert regression.weights[OPENS] != 1.0


def test_a_stored_trainer_continues_bit_for_bit(examples: list[Example]) -> None:
    """Stopped, stored and restored at any point, the trainer ends in the very same bytes."""
    whole, stopped = Trainer(NAMES), Trainer(NAMES)
    whole.learn(examples)
    for start in range(0, len(examples), 333):
        stopped = Trainer.from_bytes(stopped.to_bytes())
        stopped.learn(examples[start : start + 333])
    assert stopped.to_bytes() == whole.to_bytes()
    assert stopped.snapshot(5).to_bytes() == whole.snapshot(5).to_bytes()


def test_a_snapshot_travels_as_bytes(trained: Trainer) -> None:
    """A snapshot decoded from its bytes is the same snapshot, and scores the same."""
    snapshot = trained.snapshot(stamp_ts=123)
    again = ModelSnapshot.from_bytes(snapshot.to_bytes())
    assert again == snapshot
    assert again.stamp_ts == 123


LEARN_AND_HASH = """
import hashlib, math
from online_models import Example, Trainer
names = tuple(f"n{i}" for i in range(12))
trainer = Trainer(names)
trainer.learn([
    Example(reminder_id="r", user_id="u", stream_id="s", rung="2h", intent="invite", sent=True,
            decided_ts=i, closed_ts=i, x=[math.sin(i * (k + 1)) for k in range(12)],
            opened=math.sin(i) > 0.5, copy_id=f"c{i % 3}", segment="en")
    for i in range(700)])
print(hashlib.sha256(trainer.to_bytes()).hexdigest())
"""


def test_learning_does_not_depend_on_the_process() -> None:
    """Two processes with other salts for hashing strings learn the very same bytes."""
    root = Path(__file__).parents[2]
    hashes = {
        subprocess.run(
            [sys.executable, "-c", LEARN_AND_HASH],
            env={**os.environ, "PYTHONHASHSEED": salt},
            cwd=root,
            capture_output=True,
            check=True,
        ).stdout
        for salt in ("1", "2")
    }
    assert len(hashes) == 1
