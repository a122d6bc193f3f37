"""Due rows of one plan with what they are worth, and how those of all plans compete."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from features.registry import FEATURE_INDEX
from features.row import OFFERED_SLOTS
from online_models.arrays import Bools, Floats, Ints
from reminders.appraisal import Announcement, Appraisal
from reminders.competition import Contenders
from reminders.due_rows import DueRows
from reminders.trials import Trials

__all__ = ["Weighed", "contenders_of"]

_OFFERED = FEATURE_INDEX["category_offered"]


@dataclass(frozen=True)
class Weighed:
    """Due rows of one plan that passed the rules, and what they are worth.

    Attributes
    ----------
    places
        int64[n], those rows among the due ones, ascending by send time, then user hash.
    appraisal, trial
        What each is worth, and whether it is on trial; in the order of `places`.
    """

    due: DueRows
    places: Ints
    about: Announcement
    appraisal: Appraisal
    trial: Trials

    def rows(self, where: Bools) -> Ints:
        """Return the places among the weighed rows where `where` (bool[due]) holds."""
        return np.flatnonzero(where[self.places])


def contenders_of(weighed: list[Weighed], parts: list[Ints], variety: float) -> Contenders:
    """Return the invitations that compete for their users: of each plan the weighed rows `parts`.

    `variety`: by what is multiplied what an invitation is worth against others for each time that
    its category was offered lately; in (0, 1].
    """

    def column(values: list[np.ndarray], dtype: type) -> np.ndarray:
        return np.concatenate([*values, np.empty(0, dtype)])

    places = [one.places[part] for one, part in zip(weighed, parts, strict=True)]
    pairs = list(zip(weighed, places, strict=True))
    counts = [len(part) for part in parts]
    stream_h = np.array([one.due.plan.stream_h for one in weighed], np.uint64)
    announcement = np.array([one.due.plan.announcement for one in weighed], np.uint64)
    return Contenders(
        user_h=column([one.due.users.user_h[at] for one, at in pairs], np.uint64),
        slots=column([one.due.users.slots[at] for one, at in pairs], np.int64),
        plan=np.repeat(np.arange(len(weighed)), counts),
        send_s=column([one.due.send_s[at] for one, at in pairs], np.int64),
        value=column(
            [_contested(one, part, variety) for one, part in zip(weighed, parts, strict=True)],
            np.float64,
        ),
        stream_h=np.repeat(stream_h, counts),
        announcement=np.repeat(announcement, counts),
    )


def _contested(one: Weighed, part: Ints, variety: float) -> Floats:
    """Return what each is worth against others: less when the category was offered lately."""
    value = one.appraisal.scores.value[part]
    if variety == 1.0 or not value.size:
        return value
    offered = OFFERED_SLOTS * one.appraisal.x.T[_OFFERED, part]
    return np.asarray(np.where(value > 0.0, value * variety**offered, value))
