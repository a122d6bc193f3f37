"""The reminders of one announcement that are due, decided and worded, before they are rendered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from features.contracts import Experiment, Intent
from online_models.arrays import Bools, Floats
from reminders.board_stream import BoardStream
from reminders.content import Content
from reminders.options import Audience
from reminders.reasons import ReasonSet

__all__ = ["ReminderBatch"]


@dataclass(frozen=True, slots=True)
class ReminderBatch:
    """The reminders of one announcement that are due, as columns of equal length n.

    Attributes
    ----------
    announcement
        `reminder_id.announcement_h` of (stream, rung, start).
    score
        ``float64[n]`` in [0, 1].
    propensity
        ``float64[n]`` in (0, 1]: of sending this reminder with this content.
    explore
        ``bool[n]``.
    experiments
        One a user, or none.
    """

    stream: BoardStream
    rung: str
    intent: Intent
    announcement: int
    audience: Audience
    content: Content
    score: Floats
    propensity: Floats
    explore: Bools
    reasons: Sequence[ReasonSet]
    experiments: Sequence[Experiment | None]
    model_version: int
