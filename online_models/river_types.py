"""The parts of River that are used here, typed: River 0.26 leaves these methods untyped."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Protocol

__all__ = ["Detector", "Scaler"]


class Scaler(Protocol):
    """`river.preprocessing.StandardScaler`."""

    @property
    def counts(self) -> MutableMapping[str, int]:
        """Values seen, by feature."""
        ...

    @property
    def means(self) -> MutableMapping[str, float]:
        """Running means."""
        ...

    @property
    def vars(self) -> MutableMapping[str, float]:
        """Running population variances."""
        ...

    def learn_one(self, x: dict[str, float]) -> None:
        """Update the running means and variances."""

    def transform_one(self, x: dict[str, float]) -> dict[str, float]:
        """Return `x` with mean 0 and variance 1."""
        ...


class Window(Protocol):
    """What `river.drift.ADWIN` keeps its window in."""

    def __getstate__(self) -> bytes: ...

    def __setstate__(self, state: bytes, /) -> None: ...


class Detector(Protocol):
    """`river.drift.ADWIN`."""

    _drift_detected: bool

    @property
    def _helper(self) -> Window: ...

    @property
    def drift_detected(self) -> bool:
        """Whether the last value showed a change."""
        ...

    @property
    def estimation(self) -> float:
        """Mean of the window."""
        ...

    def update(self, x: float) -> None:
        """Note one value."""
