"""The one trainer of a model: predict, then learn, example by example."""

from __future__ import annotations

import math
from collections.abc import Iterable

import msgspec
from river import preprocessing

from online_models.errors import ModelStateError
from online_models.example import Example
from online_models.head_state import ScalerState
from online_models.heads import HEAD_NAMES, HEADS
from online_models.learner import HeadLearner, LearnerState
from online_models.river_types import Scaler
from online_models.snapshot import FORMAT, ModelSnapshot
from online_models.variants import COPY, COVER, VariantStats

__all__ = ["Trainer"]


class _TrainerState(msgspec.Struct, frozen=True):
    format: int
    names: tuple[str, ...]
    learned: int
    skipped: int
    scaler: ScalerState
    heads: dict[str, LearnerState]
    variants: VariantStats


class Trainer:
    """Learns all heads and the variants' rates from labelled examples, in the order given.

    Each head is River's `StandardScaler | LogisticRegression(AdaGrad)`; the scaler is one for
    all heads, as they see the same people. A head whose label is `None` skips the example.
    Examples with another number of features or with values that are not finite are counted in
    `skipped` and teach nothing.

    Examples
    --------
    >>> trainer = Trainer(("follows",))
    >>> trainer.learn([Example(
    ...     reminder_id="r", user_id="u", stream_id="s", rung="2h", intent="invite", sent=True,
    ...     decided_ts=0, closed_ts=1, x=[1.0], opened=True)])
    >>> trainer.snapshot(stamp_ts=2).version
    1
    """

    def __init__(self, names: Iterable[str]) -> None:
        self.names = tuple(names)
        self.learned = 0
        self.skipped = 0
        self.scaler: Scaler = preprocessing.StandardScaler()
        self.heads = {head.name: HeadLearner(head, self.names) for head in HEADS}
        self.variants = VariantStats()

    def learn(self, examples: Iterable[Example]) -> None:
        """Predict and then learn each example in turn."""
        for example in examples:
            if self._fits(example):
                self._learn_heads(example)
                self._learn_variants(example)
                self.learned += 1
            else:
                self.skipped += 1

    def _fits(self, example: Example) -> bool:
        x = example.x
        return example.personalized and len(x) == len(self.names) and all(map(math.isfinite, x))

    def _learn_heads(self, example: Example) -> None:
        x = dict(zip(self.names, example.x, strict=True))
        reserved = example.reserved_before
        priors = dict(zip(HEAD_NAMES, example.prior, strict=False))
        labels = [(h, y) for h in self.heads.values() if (y := h.head.label(example)) is not None]
        z = self.scaler.transform_one(x)
        verdicts = [
            h.judge(z, y, reserved=reserved, prior=priors.get(h.head.name)) for h, y in labels
        ]
        self.scaler.learn_one(x)
        z = self.scaler.transform_one(x)
        for (head, y), verdict in zip(labels, verdicts, strict=True):
            head.learn(z, y, reserved=reserved)
            if verdict in ("good", "worse"):
                head.react(verdict, ScalerState.of(self.scaler, self.names))

    def _learn_variants(self, example: Example) -> None:
        if not example.sent or example.opened is None:
            return
        for kind, variant in ((COPY, example.copy_id), (COVER, example.cover_id)):
            if variant is not None:
                self.variants.observe(
                    kind, example.segment, variant, opened=example.opened, ts=example.closed_ts
                )

    def snapshot(self, stamp_ts: int) -> ModelSnapshot:
        """Return what was learned so far, stamped `stamp_ts` (epoch ms).

        The version is the number of examples learned: the same version is the same model.
        """
        scaler = ScalerState.of(self.scaler, self.names)
        return ModelSnapshot(
            FORMAT,
            self.learned,
            stamp_ts,
            self.names,
            scaler.means,
            scaler.vars,
            {name: head.weights() for name, head in self.heads.items()},
            {name: head.metrics() for name, head in self.heads.items()},
            self.variants.copy(),
        )

    def to_bytes(self) -> bytes:
        """Return the whole trainer as MessagePack; `from_bytes` continues bit for bit."""
        state = _TrainerState(
            FORMAT,
            self.names,
            self.learned,
            self.skipped,
            ScalerState.of(self.scaler, self.names),
            {name: head.state() for name, head in self.heads.items()},
            self.variants,
        )
        return msgspec.msgpack.encode(state)

    @classmethod
    def from_bytes(cls, data: bytes, names: Iterable[str] | None = None) -> Trainer:
        """Return the trainer in `data`, from now on over the features `names` (None: as it was).

        Features that stay keep what was learned, new ones start from nothing. Raises
        `ModelStateError` when the data cannot be read.
        """
        try:
            state = msgspec.msgpack.decode(data, type=_TrainerState)
        except msgspec.MsgspecError as error:
            raise ModelStateError(f"not a trainer: {error}") from error
        if state.format != FORMAT:
            raise ModelStateError(f"trainer of format {state.format}, not {FORMAT}")
        trainer = cls(state.names if names is None else names)
        try:
            trainer._restore(state)
        except (KeyError, ValueError) as error:
            raise ModelStateError(f"a trainer whose parts do not fit: {error}") from error
        return trainer

    def _restore(self, state: _TrainerState) -> None:
        self.learned, self.skipped = state.learned, state.skipped
        self.scaler = state.scaler.for_names(state.names, self.names).build(self.names)
        for name, head in self.heads.items():
            head.restore(state.heads[name], state.names)
        self.variants = state.variants
