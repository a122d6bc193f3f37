"""The learned model as it travels from the trainer to every worker."""

from __future__ import annotations

import math

import msgspec
import numpy as np

from online_models.arrays import Floats
from online_models.errors import ModelStateError
from online_models.heads import HEAD_NAMES, HEADS, logit
from online_models.realign import realigned
from online_models.variants import VariantStats

__all__ = ["FORMAT", "HeadWeights", "ModelSnapshot"]

FORMAT = 1


class HeadWeights(msgspec.Struct, frozen=True):
    """One learned head: logit = intercept + Σ weights · (x − mean) / sqrt(var).

    Attributes
    ----------
    weights
        One a feature, in the scaled space.
    examples, positives
        How many were learned, among invitations and among attend reminders.
    scale, shift
        Recalibration of the served logit: scale · logit + shift.
    """

    weights: list[float]
    intercept: float
    examples: tuple[int, int] = (0, 0)
    positives: tuple[int, int] = (0, 0)
    scale: float = 1.0
    shift: float = 0.0


class ModelSnapshot(msgspec.Struct, frozen=True):
    """Everything that scoring needs, and nothing else; immutable.

    Examples
    --------
    >>> snapshot = ModelSnapshot.untrained(("follows", "popularity"))
    >>> ModelSnapshot.from_bytes(snapshot.to_bytes()) == snapshot
    True
    """

    format: int
    version: int
    stamp_ts: int
    names: tuple[str, ...]
    mean: list[float]
    var: list[float]
    heads: dict[str, HeadWeights]
    metrics: dict[str, dict[str, float]]
    variants: VariantStats

    @classmethod
    def untrained(cls, names: tuple[str, ...]) -> ModelSnapshot:
        """Return the snapshot of version 0, which leaves every decision to the prior."""
        zeros = [0.0] * len(names)
        heads = {h.name: HeadWeights(zeros, logit(h.base_rate)) for h in HEADS}
        return cls(FORMAT, 0, 0, tuple(names), zeros, zeros, heads, {}, VariantStats())

    def to_bytes(self) -> bytes:
        """Return the snapshot as MessagePack."""
        return msgspec.msgpack.encode(self)

    @classmethod
    def from_bytes(cls, data: bytes) -> ModelSnapshot:
        """Return the snapshot in `data`; raises `ModelStateError` when it cannot be used."""
        try:
            snapshot = msgspec.msgpack.decode(data, type=cls)
        except msgspec.MsgspecError as error:
            raise ModelStateError(f"not a model snapshot: {error}") from error
        if snapshot.format != FORMAT:
            raise ModelStateError(f"model snapshot of format {snapshot.format}, not {FORMAT}")
        width = len(snapshot.names)
        vectors = [snapshot.mean, snapshot.var, *(h.weights for h in snapshot.heads.values())]
        if any(len(v) != width for v in vectors) or set(snapshot.heads) != set(HEAD_NAMES):
            raise ModelStateError("model snapshot whose heads do not fit its features")
        if not all(math.isfinite(value) for v in vectors for value in v):
            raise ModelStateError("model snapshot with weights that are not finite")
        return snapshot

    def for_names(self, names: tuple[str, ...]) -> ModelSnapshot:
        """Return the same model over other features: unknown ones weigh nothing."""
        if names == self.names:
            return self

        def pick(values: list[float]) -> list[float]:
            return realigned(values, self.names, names, 0.0)

        heads = {
            key: msgspec.structs.replace(head, weights=pick(head.weights))
            for key, head in self.heads.items()
        }
        return msgspec.structs.replace(
            self, names=tuple(names), mean=pick(self.mean), var=pick(self.var), heads=heads
        )

    def folded(self) -> tuple[Floats, Floats]:
        """Return (float64[F, H], float64[H]): weights and biases over unscaled features.

        As in River, a feature without variance says nothing.
        """
        std = np.sqrt(np.array(self.var))
        inverse = np.divide(1.0, std, out=np.zeros_like(std), where=std > 0.0)
        heads = [self.heads[h.name] for h in HEADS]
        weights = np.array([h.weights for h in heads]).reshape(len(heads), -1) * inverse
        intercepts = np.array([h.intercept for h in heads])
        return np.ascontiguousarray(weights.T), intercepts - weights @ np.array(self.mean)
