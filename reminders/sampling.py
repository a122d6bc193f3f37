"""Which decisions are kept until their labels close: an even share of each plan's."""

from __future__ import annotations

import numpy as np

from features.hashing import hash64, uniform
from online_models.arrays import Ints
from reminders.decision import DueGroup
from reminders.journal import Journal
from reminders.plan import Plan
from reminders.samples import block_of

__all__ = ["Sampling"]

_SAMPLE = hash64("sample")


class Sampling:
    """Draws by a hash what is kept, and keeps it when it is known what was shown.

    Copies and covers are chosen after the planner has decided, and before its next call.
    """

    def __init__(self, seed: int, journal: Journal) -> None:
        self._seed = seed
        self._journal = journal
        self._unwritten: list[tuple[Plan, DueGroup, Ints, bool]] = []

    def draw(self, plan: Plan, group: DueGroup, *, sent: bool) -> None:
        """Draw from a group that was just decided; `sent`: whether it is more than a holdout."""
        draws = uniform(self._seed, _SAMPLE, group.user_h, plan.announcement)
        rows = np.flatnonzero(draws < plan.record.sample_rate)
        if len(rows):
            self._unwritten.append((plan, group, rows, sent))

    def write(self) -> None:
        """Put what was drawn before into the labels of its plans."""
        for plan, group, rows, sent in self._unwritten:
            plan.labels.add(block_of(group, rows, sent=sent), self._journal)
        self._unwritten.clear()
