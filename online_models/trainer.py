"""The one trainer of a model: predict, then learn, example by example."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from online_models.errors import ModelStateError
from online_models.evidence import unsent_prior
from online_models.example import Example
from online_models.head_state import ScalerState
from online_models.heads import HEAD_NAMES, HEADS, NEWER, PRIOR_NAMES, SEE_OPENS, new_scaler
from online_models.learner import HeadLearner, LearnerState
from online_models.prior import RESERVE_OF_OPEN
from online_models.snapshot import FORMAT, HeadWeights, ModelSnapshot, check_format
from online_models.variants import COPY, COVER, VariantStats
from online_models.wear import FRESH

__all__ = ["MOST", "Trainer"]

MOST = 10.0
"""As large as no feature is."""


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

    Each head is River's `StandardScaler` and a `BayesianLogistic`; the scaler is one for
    all heads, as they see the same people. A head whose label is `None` skips the example.
    Examples with another number of features or with values beyond ±`MOST`, which no feature can
    have by its definition, are counted in `skipped` and teach nothing.

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
        self.scaler = new_scaler()
        self.heads = {head.name: HeadLearner(head, self.names) for head in HEADS}
        self.variants = VariantStats()

    def learn(self, examples: Iterable[Example]) -> None:
        """Predict and then learn each example in turn."""
        for example in examples:
            if self._fits(example):
                x = dict(zip(self.names, example.x, strict=True))
                z = self.scaler.transform_one(x)
                self._learn_variants(example, z)
                self._learn_heads(example, x, z)
                self.learned += 1
            else:
                self.skipped += 1

    def _fits(self, example: Example) -> bool:
        x = example.x
        known = example.personalized and len(x) == len(self.names)
        return known and all(abs(value) <= MOST for value in x)

    def _learn_heads(self, example: Example, x: dict[str, float], z: dict[str, float]) -> None:
        reserved = example.reserved_before
        labels = [(h, y) for h in self.heads.values() if (y := h.head.label(example)) is not None]
        opens = dict.fromkeys(SEE_OPENS, self.heads["open"].contrast(z))
        priors = self._priors(example, z, opens["attend"])
        verdicts = [
            h.judge(z, y, prior=priors.get(h.name), opens=opens.get(h.name, 0.0)) for h, y in labels
        ]
        self.scaler.learn_one(x)
        z = self.scaler.transform_one(x)
        for (head, y), verdict in zip(labels, verdicts, strict=True):
            prior, contrast = priors.get(head.name), opens.get(head.name, 0.0)
            head.learn(z, y, reserved=reserved, prior=prior, opens=contrast)
            if verdict in ("good", "worse"):
                head.react(verdict, ScalerState.of(self.scaler, self.names))

    def _priors(self, example: Example, z: dict[str, float], opens: float) -> dict[str, float]:
        """Return by head what was believed before; of the held out, in the light of the others."""
        priors = dict(zip(PRIOR_NAMES, example.prior, strict=False))
        if priors:
            priors["reserve"] = RESERVE_OF_OPEN * priors["open"]
        if priors and not example.sent:
            attend = self.heads["attend"].serve(z, priors["attend"], opens)
            before = unsent_prior(attend, priors["attend"], priors["attend_unsent"], opens)
            priors["attend_unsent"] = before
        return priors

    def _learn_variants(self, example: Example, z: dict[str, float]) -> None:
        if not example.sent or example.opened is None:
            return
        for kind, variant in ((COPY, example.copy_id), (COVER, example.cover_id)):
            if variant is not None:
                if kind == COPY:
                    self._learn_wear(example, variant, z, opened=example.opened)
                self.variants.observe(
                    kind, example.segment, variant, opened=example.opened, ts=example.closed_ts
                )

    def _learn_wear(
        self, example: Example, copy_id: str, z: dict[str, float], *, opened: bool
    ) -> None:
        """Learn how a repeated copy pulls, beside what is expected of the user and the copy."""
        if example.copy_age is None or not example.prior or not 0 <= example.copy_age <= FRESH:
            return
        prior = example.prior[PRIOR_NAMES.index("open")]
        rate = self.variants.relative_rate(COPY, example.segment, copy_id)
        expected = min(self.heads["open"].serve(z, prior, 0.0) * rate, 1.0)
        self.variants.wear.observe(example.copy_age, expected, opened=opened)

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
            {name: self._weights(name) for name in HEAD_NAMES},
            {name: head.metrics() for name, head in self.heads.items()},
            self.variants.copy(),
        )

    def _weights(self, name: str) -> HeadWeights:
        opens = self.heads["open"].slopes() if name in SEE_OPENS else ()
        return self.heads[name].weights(opens)

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
        `ModelStateError` when the data cannot be read, `OlderModelError` among them.
        """
        check_format(data)
        try:
            state = msgspec.msgpack.decode(data, type=_TrainerState)
        except msgspec.MsgspecError as error:
            raise ModelStateError(f"not a trainer: {error}") from error
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
            if name in state.heads or name not in NEWER:
                head.restore(state.heads[name], state.names)
        self.variants = state.variants
