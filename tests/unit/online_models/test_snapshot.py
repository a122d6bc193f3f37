from __future__ import annotations

import msgspec
import numpy as np
import pytest

from online_models.errors import ModelStateError, OlderModelError
from online_models.scoring import learned_logits
from online_models.snapshot import FORMAT, HeadWeights, ModelSnapshot
from online_models.trainer import Trainer


def snapshot_with(**changes: object) -> bytes:
    """Return the bytes of an untrained snapshot with some fields replaced."""
    return msgspec.structs.replace(ModelSnapshot.untrained(("a", "b")), **changes).to_bytes()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a model",
        msgspec.msgpack.encode({"format": FORMAT}),
        snapshot_with(format=FORMAT + 1),
        snapshot_with(mean=[0.0]),
        snapshot_with(mean=[0.0, float("nan")]),
        snapshot_with(heads={"open": HeadWeights([0.0, 0.0], 0.0)}),
    ],
)
def test_what_is_no_usable_snapshot_is_refused(data: bytes) -> None:
    """Broken, foreign or unfit bytes raise the one error, with a sentence."""
    with pytest.raises(ModelStateError):
        ModelSnapshot.from_bytes(data)


def test_a_model_of_other_features_is_realigned() -> None:
    """Known features keep their weights wherever they stand, unknown ones weigh nothing."""
    heads = {
        name: HeadWeights([1.0, 2.0], 0.5) for name in ModelSnapshot.untrained(("a", "b")).heads
    }
    old = ModelSnapshot.from_bytes(snapshot_with(heads=heads))
    new = old.for_names(("new", "b", "a"))
    old_logits = learned_logits(old, np.array([[3.0, 4.0]]))
    np.testing.assert_allclose(learned_logits(new, np.array([[9.0, 4.0, 3.0]])), old_logits)
    assert old.for_names(("a", "b")) is old


def test_a_model_of_an_older_format_is_told_from_a_broken_one() -> None:
    """Of an older release there is a model to be learned anew; what it holds is not looked at."""
    with pytest.raises(OlderModelError, match="format 1, older than 2"):
        ModelSnapshot.from_bytes(msgspec.msgpack.encode({"format": 1}))
    with pytest.raises(OlderModelError, match="format 1, older than 2"):
        Trainer.from_bytes(msgspec.msgpack.encode({"format": 1, "names": ["a"]}))


def test_a_trainer_of_unreadable_bytes_is_refused() -> None:
    """The trainer's own bytes are checked the same way."""
    for data in (b"", b"x", msgspec.msgpack.encode([1, 2])):
        with pytest.raises(ModelStateError):
            Trainer.from_bytes(data)


def test_a_trainer_with_parts_missing_is_refused() -> None:
    """Bytes that decode but lack a head or a column are no trainer either."""
    whole = msgspec.msgpack.decode(Trainer(("a",)).to_bytes())
    for broken in ({**whole, "heads": {}}, {**whole, "names": ["a", "b"]}):
        with pytest.raises(ModelStateError, match="do not fit"):
            Trainer.from_bytes(msgspec.msgpack.encode(broken))
