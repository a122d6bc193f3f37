"""The learned model as it travels from the trainer to every worker."""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec
import numpy as np

from online_models.arrays import Floats
from online_models.errors import ModelStateError, OlderModelError
from online_models.heads import HEAD_NAMES, HEADS, NEWER, logit
from online_models.realign import realigned
from online_models.variants import VariantStats

__all__ = ["FORMAT", "HeadWeights", "ModelSnapshot", "check_format"]

FORMAT = 2
"""2: heads correct the prior in log-odds; in 1 they were mixed with it."""


class _Header(msgspec.Struct):
    format: int


def check_format(data: bytes) -> None:
    """Raise `OlderModelError` for a model or trainer of an older format.

    `ModelStateError` for what is of a newer one, or no model.
    """
    try:
        header = msgspec.msgpack.decode(data, type=_Header)
    except msgspec.MsgspecError as error:
        raise ModelStateError(f"not a model: {error}") from error
    if header.format < FORMAT:
        raise OlderModelError(f"a model of format {header.format}, older than {FORMAT}")
    if header.format > FORMAT:
        raise ModelStateError(f"a model of format {header.format}, newer than {FORMAT}")


class HeadWeights(msgspec.Struct, frozen=True):
    """One learned head: logit = intercept + prior part + Σ weights · (x − mean).

    Attributes
    ----------
    weights
        One a feature.
    examples, positives
        How many were learned, among invitations and among attend reminders.
    scale, shift
        Recalibration of the served logit: scale · logit + shift.
    prior
        What the prior's log-odds above the head's base rate weigh.
    """

    weights: list[float]
    intercept: float
    examples: tuple[int, int] = (0, 0)
    positives: tuple[int, int] = (0, 0)
    scale: float = 1.0
    shift: float = 0.0
    prior: float = 1.0

    @property
    def learned(self) -> bool:
        """Whether anything was learned."""
        return self.examples != (0, 0) or (self.scale, self.shift) != (1.0, 0.0)


class ModelSnapshot(msgspec.Struct, frozen=True):
    """Everything that scoring needs, and nothing else; immutable.

    `added`: in bytes the heads `NEWER`, apart so that earlier releases read the others; else empty.

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
    heads: dict[str, HeadWeights]
    metrics: dict[str, dict[str, float]]
    variants: VariantStats
    added: dict[str, HeadWeights] = {}

    @classmethod
    def untrained(cls, names: tuple[str, ...]) -> ModelSnapshot:
        """Return the snapshot of version 0, which leaves every decision to the prior."""
        zeros = [0.0] * len(names)
        heads = {h.name: HeadWeights(zeros, logit(h.base_rate)) for h in HEADS}
        return cls(FORMAT, 0, 0, tuple(names), zeros, heads, {}, VariantStats())

    def to_bytes(self) -> bytes:
        """Return the snapshot as MessagePack."""
        known = {name: head for name, head in self.heads.items() if name not in NEWER}
        added = {name: head for name, head in self.heads.items() if name in NEWER}
        return msgspec.msgpack.encode(msgspec.structs.replace(self, heads=known, added=added))

    @classmethod
    def from_bytes(cls, data: bytes) -> ModelSnapshot:
        """Return the snapshot in `data`; raises `ModelStateError` when it cannot be used."""
        check_format(data)
        try:
            snapshot = msgspec.msgpack.decode(data, type=cls)._with_all_heads()
        except msgspec.MsgspecError as error:
            raise ModelStateError(f"not a model snapshot: {error}") from error
        width = len(snapshot.names)
        vectors = [snapshot.mean, *(h.weights for h in snapshot.heads.values())]
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
        return msgspec.structs.replace(self, names=tuple(names), mean=pick(self.mean), heads=heads)

    def folded(self, names: Sequence[str] = HEAD_NAMES) -> tuple[Floats, Floats]:
        """Return (float64[F, H], float64[H]): weights and biases over features as they are."""
        heads = [self.heads[name] for name in names]
        weights = np.array([h.weights for h in heads]).reshape(len(heads), -1)
        intercepts = np.array([h.intercept for h in heads])
        return np.ascontiguousarray(weights.T), intercepts - weights @ np.array(self.mean)

    def _with_all_heads(self) -> ModelSnapshot:
        """Return it with the heads that were apart; those that nobody knew are untrained."""
        blank = ModelSnapshot.untrained(self.names).heads
        newer = {name: self.added.get(name, blank[name]) for name in NEWER - self.heads.keys()}
        return msgspec.structs.replace(self, heads={**self.heads, **newer}, added={})
