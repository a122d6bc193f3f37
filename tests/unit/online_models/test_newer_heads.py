"""Models and trainers of releases that had no head `reserve`, and such releases reading ours."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import pytest

from online_models.errors import ModelStateError
from online_models.example import Example, decode_example
from online_models.heads import HEAD_NAMES, NEWER
from online_models.prior import PriorInputs
from online_models.scoring import score
from online_models.snapshot import HeadWeights, ModelSnapshot
from online_models.trainer import Trainer

NAMES = ("a", "b")
FIVE = {"open", "attend", "attend_unsent", "mute", "purchase"}


def examples(first: int, count: int) -> list[Example]:
    """Return what became of invitations, each with the five priors of its decision."""
    rng = np.random.default_rng(first)
    return [
        Example(
            reminder_id=f"r{n}",
            user_id=f"u{n}",
            stream_id="s",
            rung="2h",
            intent="invite",
            sent=n % 10 != 0,
            decided_ts=n,
            closed_ts=n + 1,
            x=rng.normal(size=2).tolist(),
            prior=[0.05, 0.04, 0.02, 0.002, 0.03],
            opened=bool(rng.random() < 0.2),
            attended=bool(rng.random() < 0.1),
            muted=bool(rng.random() < 0.02),
            reserved=bool(rng.random() < 0.1),
            purchased=bool(rng.random() < 0.1),
        )
        for n in range(first, first + count)
    ]


def trained() -> Trainer:
    """Return a trainer that has learned."""
    trainer = Trainer(NAMES)
    trainer.learn(examples(0, 400))
    return trainer


def older_snapshot(snapshot: ModelSnapshot) -> bytes:
    """Return the bytes that a release with five heads would have written of it."""
    whole = msgspec.msgpack.decode(snapshot.to_bytes())
    del whole["added"], whole["metrics"]["reserve"]
    return msgspec.msgpack.encode(whole)


def older_trainer(trainer: Trainer) -> bytes:
    """Return the bytes that a release with five heads would have stored of it."""
    whole = msgspec.msgpack.decode(trainer.to_bytes())
    del whole["heads"]["reserve"]
    return msgspec.msgpack.encode(whole)


def test_a_model_of_five_heads_is_one_whose_sixth_is_untrained() -> None:
    """The five score as they did; reservations are left to the prior."""
    snapshot = trained().snapshot(7)
    older = ModelSnapshot.from_bytes(older_snapshot(snapshot))
    assert set(older.heads) == set(HEAD_NAMES)
    assert older.heads["reserve"] == ModelSnapshot.untrained(NAMES).heads["reserve"]
    assert {name: older.heads[name] for name in FIVE} == {
        name: snapshot.heads[name] for name in FIVE
    }
    x, inputs = np.array([[0.5, -0.5], [1.0, 0.0]]), PriorInputs.unknown(2)
    np.testing.assert_array_equal(score(older, x, inputs).value, score(snapshot, x, inputs).value)
    untrained = score(ModelSnapshot.untrained(NAMES), x, inputs, reserve_worth=1.0)
    np.testing.assert_array_equal(
        score(older, x, inputs, reserve_worth=1.0).p_reserve, untrained.p_reserve
    )
    assert older.for_names(("b", "new")).heads["reserve"].weights == [0.0, 0.0]


class OlderSnapshot(msgspec.Struct):
    """A snapshot as a release with five heads declared it."""

    format: int
    version: int
    stamp_ts: int
    names: tuple[str, ...]
    mean: list[float]
    heads: dict[str, HeadWeights]
    metrics: dict[str, dict[str, float]]
    variants: Any


def test_a_worker_of_an_older_release_reads_the_model() -> None:
    """It refused a snapshot with any other heads, and workers are replaced one by one."""
    snapshot = trained().snapshot(7)
    assert ModelSnapshot.from_bytes(snapshot.to_bytes()) == snapshot
    read = msgspec.msgpack.decode(snapshot.to_bytes(), type=OlderSnapshot)
    assert set(read.heads) == FIVE
    assert read.heads == {name: snapshot.heads[name] for name in FIVE}


def test_a_trainer_of_five_heads_goes_on_and_learns_the_sixth_from_now() -> None:
    """The five learn as if nothing had been; the sixth as one that begins."""
    whole, stored = trained(), Trainer.from_bytes(older_trainer(trained()))
    assert stored.heads["reserve"].examples == (0, 0)
    for trainer in (whole, stored):
        trainer.learn(examples(400, 200))
    now, gone_on = whole.snapshot(9), stored.snapshot(9)
    assert {name: now.heads[name] for name in FIVE} == {name: gone_on.heads[name] for name in FIVE}
    assert stored.heads["reserve"].examples == (180, 0)
    assert gone_on.heads["reserve"].learned


def test_an_example_of_an_older_release_is_read() -> None:
    """With five priors and whether it was reserved, as examples always had."""
    (one,) = examples(3, 1)
    assert decode_example(msgspec.msgpack.encode(msgspec.to_builtins(one))) == one
    trainer = Trainer(NAMES)
    trainer.learn([one])
    assert trainer.heads["reserve"].examples == (1, 0)


@pytest.mark.parametrize("name", sorted(set(HEAD_NAMES) - NEWER))
def test_no_other_head_may_be_missing(name: str) -> None:
    """A model that lacks what every release had is broken."""
    whole = msgspec.msgpack.decode(trained().snapshot(7).to_bytes())
    del whole["heads"][name]
    with pytest.raises(ModelStateError, match="heads do not fit"):
        ModelSnapshot.from_bytes(msgspec.msgpack.encode(whole))
    state = msgspec.msgpack.decode(trained().to_bytes())
    del state["heads"][name]
    with pytest.raises(ModelStateError, match="do not fit"):
        Trainer.from_bytes(msgspec.msgpack.encode(state))
