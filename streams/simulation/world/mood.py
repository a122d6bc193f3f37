"""What changes in people from day to day: tastes, loyalties, liveliness, weariness."""

from __future__ import annotations

import numpy as np

from streams.simulation.world.chance import draws, generator
from streams.simulation.world.constants import WorldConstants
from streams.simulation.world.events import Bools, Floats, Ints
from streams.simulation.world.hosts import CATEGORIES
from streams.simulation.world.population import Population
from streams.simulation.world.programme import DAY_MS

__all__ = ["COPIES", "Mood"]

COPIES = 4
"""Copies in each language."""
_LONG_AGO = -(10**15)


class Mood:
    """The state of the people under one policy.

    What nobody can influence (drift of tastes, liveliness) is drawn alike for all policies.

    Attributes
    ----------
    taste : float64[n, c], shares; loyalty, sated : float32[n, h] in [0, 1].
    vital : float64[n], how lively each is today, 1 on the average.
    muted : bool[n].
    busy_until : int64[n], epoch ms.
    """

    def __init__(self, seed: int, people: Population, constants: WorldConstants) -> None:
        self.taste = people.taste.copy()
        self.loyalty = people.loyalty.copy()
        self.sated = np.zeros_like(people.loyalty)
        self.vital = np.ones(len(people))
        self.muted: Bools = np.zeros(len(people), np.bool_)
        self.busy_until = np.full(len(people), _LONG_AGO)
        self._seed, self._constants = seed, constants
        self._level = generator(seed, 5).normal(0.0, constants.vital_swing, len(people))
        self._weary = np.zeros(len(people))
        self._weary_ms = np.zeros(len(people), np.int64)
        self._shown = np.full((len(people), COPIES), _LONG_AGO)

    def dawn(self, day: int) -> None:
        """Let a day begin."""
        constants, n = self._constants, len(self.vital)
        rng = generator(self._seed, 6, day)
        self.loyalty *= np.float32(1.0 - constants.loyalty_loss)
        self.sated *= np.float32(0.35)
        self._level = 0.85 * self._level + rng.normal(0.0, 0.53 * constants.vital_swing, n)
        self.vital = np.exp(self._level - 0.5 * constants.vital_swing**2)
        walk = np.exp(rng.normal(0.0, constants.taste_walk, self.taste.shape))
        other = rng.dirichlet(np.full(len(CATEGORIES), 0.35), size=n)
        jumps = rng.random((n, 1)) < constants.taste_jump
        self.taste = np.where(jumps, other, self.taste * walk + 1e-4)
        self.taste /= self.taste.sum(axis=1, keepdims=True)

    def weary(self, who: Ints | slice, now_ms: int) -> Floats:
        """Return how weary people are at a time, in unopened pushes."""
        half_life_ms = self._constants.weary_half_life_days * DAY_MS
        age = now_ms - self._weary_ms[who]
        return np.asarray(self._weary[who] * 0.5 ** (age / half_life_ms))

    def tire(self, who: Ints, by: Floats, now_ms: int) -> None:
        """Make people wearier; each of `who` once or more."""
        people = np.unique(who)
        self._weary[people] = self.weary(people, now_ms)
        self._weary_ms[people] = now_ms
        np.add.at(self._weary, who, by)

    def freshness(self, who: Ints, copy: Ints, now_ms: int) -> Floats:
        """Return what is left of a copy's pull on people who may have seen it lately."""
        constants = self._constants
        days = (now_ms - self._shown[who, copy]) / DAY_MS
        return np.asarray(1.0 - constants.copy_wear * 0.5 ** (days / constants.copy_wear_days))

    def show(self, who: Ints, copy: Ints, now_ms: int) -> None:
        """Note which copies people are shown."""
        self._shown[who, copy] = now_ms

    def wake(self, day: int) -> Ints:
        """Return who switches pushes on again today."""
        muted = np.flatnonzero(self.muted)
        back = draws(self._seed, 61, muted, np.full(len(muted), day)) < self._constants.unmute
        return muted[back]
