"""One decision over the ladder: whether to invite now, or rather on a rung nearer to the start.

A reminder that comes early may be forgotten, or come when nobody looks; one that waits has the
nearer rungs alone. With V the value of inviting now, r what the best minute of the nearer rungs
promises over that of this one (`reminders.timing`, `reminders.retention`, and what the heads have
learned of the rungs), p the price, and f the part that a second invitation still adds, an
invitation goes now where

    V − p + max(f·r·V − p, 0) ≥ max(r·V − p, 0).

Who waits can still choose: until the nearer rung streams are moved or called off, evenings fill,
better streams are announced. So what it promises counts the more, the longer the time between the
rungs (`choice`).

So where sends are cheap, people are invited on every rung, and where they are dear, once, on the
rung that serves best. Only invitations wait: who has reserved asked to be reminded. And only where
a target makes them scarce: at a fixed price whatever is worth more than it is sent.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from online_models.arrays import Bools, Floats
from online_models.prior import FATIGUE_PER_INVITE
from reminders.ladder import Rung
from reminders.retention import PLANS_LAST_S
from reminders.timing import SendWindow

__all__ = ["Nearer", "better_later", "choice"]


class Nearer(NamedTuple):
    """A rung nearer to the start, and the window in which it may be sent.

    `keeps`: how much more than the rung at hand, beyond the curve of forgetting
    (`Retention.factor`), with what the choice is worth (`choice`); `brings`: how much reminders on
    it bring, as against those of all rungs (`Retention.share`).
    """

    rung: Rung
    window: SendWindow
    keeps: float
    brings: float


def choice(between_ms: int) -> float:
    """Return how many times what it promises a rung is worth that is so much nearer to the start.

    >>> round(choice(22 * 3_600_000), 2), round(choice(105 * 60_000), 2)
    (1.36, 1.02)
    """
    return math.exp(between_ms / (1_000 * PLANS_LAST_S))


def better_later(value: Floats, price: Floats, promise: Floats) -> Bools:
    """Return bool[n]: for whom waiting for a nearer rung is worth more than inviting now.

    `value`, `price`: float64[n], of inviting now. `promise`: float64[n] ≥ 0, how many times as
    good the nearer rungs are; 0 without any.

    >>> dear, cheap = np.array([0.06]), np.array([0.01])
    >>> [bool(better_later(np.array([0.08]), p, np.array([1.4]))[0]) for p in (dear, cheap)]
    [True, False]
    """
    later = promise * value
    now = value - price + np.maximum(FATIGUE_PER_INVITE * later - price, 0.0)
    return np.asarray(now < np.maximum(later - price, 0.0))
