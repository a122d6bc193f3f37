"""Why a reminder was not sent: the reason codes of the decision."""

from __future__ import annotations

from enum import StrEnum

import numpy as np

from online_models.arrays import Bools, Ints

__all__ = ["REASONS", "SENDABLE", "Suppression", "code_of", "count_reasons", "mark"]

SENDABLE = -1


class Suppression(StrEnum):
    """The rule that a planned reminder met."""

    ERASED = "erased"
    CANCELLED = "cancelled"
    MOVED = "moved"
    STARTED = "started"
    WINDOW_MISSED = "window_missed"
    NO_CONSENT = "no_consent"
    MUTED = "muted"
    ALREADY_ATTENDED = "already_attended"
    NOT_RESERVED = "not_reserved"
    NO_PERSONALIZATION = "no_personalization"
    DUPLICATE = "duplicate"
    HOLDOUT = "holdout"
    QUIET_HOURS = "quiet_hours"
    NO_TIE = "no_tie"
    BELOW_PRICE = "below_price"
    LATER_RUNG = "later_rung"
    CAP_24H = "cap_24h"
    CAP_7D = "cap_7d"
    MIN_GAP = "min_gap"
    QUOTA = "quota"


REASONS: tuple[Suppression, ...] = tuple(Suppression)
_CODES = {reason: code for code, reason in enumerate(REASONS)}


def code_of(reason: Suppression) -> int:
    """Return the small integer that stands for `reason` in arrays."""
    return _CODES[reason]


def mark(codes: Ints, where: Bools, reason: Suppression) -> None:
    """Give `reason` to the rows of ``codes[n]`` that have none yet and that `where` names."""
    codes[where & (codes == SENDABLE)] = _CODES[reason]


def count_reasons(codes: Ints) -> dict[str, int]:
    """Return how many rows of ``codes[n]`` were suppressed for each reason."""
    held = codes[codes != SENDABLE]
    counts = np.bincount(held, minlength=len(REASONS))
    return {REASONS[code].value: int(counts[code]) for code in np.flatnonzero(counts).tolist()}
