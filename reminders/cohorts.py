"""Experiments: by hash, some users are scored by another strategy, so that two can be compared."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from features.contracts import Experiment
from features.hashing import U64Array, hash64, uniform
from online_models.arrays import Ints
from online_models.strategy import STRATEGIES, Strategy

__all__ = ["NO_ARM", "Arm", "Cohorts", "Split"]

NO_ARM = 0


@dataclass(frozen=True, slots=True)
class Arm:
    """A share of the users, and what scores them; None: whatever would without the experiment."""

    name: str
    share: float
    strategy: Strategy | None = None


@dataclass(frozen=True, slots=True)
class Split:
    """One experiment; what its arms leave over is in none of them."""

    id: str
    arms: tuple[Arm, ...]


@dataclass(frozen=True)
class Cohorts:
    """The arms of all experiments, numbered from 1; 0 is whoever is in none.

    A user is in the same arm for every stream, and in one experiment at most: the first whose
    arms the user's hash falls into.
    """

    default: Strategy = "hybrid"
    splits: tuple[Split, ...] = ()

    @cached_property
    def arms(self) -> tuple[Arm | None, ...]:
        """The arm of each cohort."""
        return (None, *(arm for split in self.splits for arm in split.arms))

    @cached_property
    def labels(self) -> tuple[Experiment | None, ...]:
        """The experiment and arm of each cohort, as on the wire."""
        named = [(split.id, arm.name) for split in self.splits for arm in split.arms]
        return (None, *(Experiment(id=id_, arm=arm) for id_, arm in named))

    def of(self, seed: int, user_h: U64Array) -> Ints:
        """Return int64[n]: the cohort of each user."""
        cohort = np.full(len(user_h), NO_ARM, np.int64)
        first = 1
        for split in self.splits:
            free = np.flatnonzero(cohort == NO_ARM)
            edges = np.cumsum([arm.share for arm in split.arms])
            drawn = uniform(seed, hash64(f"experiment/{split.id}"), user_h[free])
            place = np.searchsorted(edges, drawn, side="right")
            cohort[free] = np.where(place < len(edges), first + place, NO_ARM)
            first += len(edges)
        return cohort

    def strategy(self, cohort: int, named: str | None) -> Strategy:
        """Return what scores a cohort for a stream that names a strategy itself, or none.

        An arm's goes before the stream's, and that before the default. A name that is unknown
        here counts as none.

        >>> Cohorts("cf").strategy(0, "content"), Cohorts("cf").strategy(0, "tomorrow's")
        ('content', 'cf')
        """
        arm = self.arms[cohort]
        if arm is not None and arm.strategy is not None:
            return arm.strategy
        return next((known for known in STRATEGIES if known == named), self.default)

    def strategies(self, seed: int, named: str | None, user_h: U64Array) -> Ints:
        """Return int64[n]: places in `STRATEGIES` of what scores each user for a stream."""
        codes = [STRATEGIES.index(self.strategy(k, named)) for k in range(len(self.arms))]
        if len(set(codes)) == 1:
            return np.full(len(user_h), codes[0], np.int64)
        return np.array(codes)[self.of(seed, user_h)]
