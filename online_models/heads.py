"""The six probabilities that are learned, and which example says what about each."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from online_models.arrays import Floats
from online_models.bayesian_logistic import BayesianLogistic
from online_models.example import Example
from online_models.river_types import Scaler

__all__ = [
    "BASE_LOGITS",
    "BELIEFS",
    "HEADS",
    "HEAD_NAMES",
    "NEWER",
    "OPENS",
    "PRIOR",
    "PRIOR_NAMES",
    "SEE_OPENS",
    "Head",
    "log_odds",
    "logit",
    "new_regression",
    "new_scaler",
]

PRIOR, OPENS = "prior", "opens"
"""Features: the prior's log-odds above the head's base rate; how much likelier than by its prior
the head `open` has learned that the reminder is opened, in log-odds, for the heads `SEE_OPENS`."""
BELIEFS = (PRIOR, OPENS)
LEVEL_VARIANCE, FEATURE_VARIANCE, BELIEF_VARIANCE = 4.0, 0.1, 0.0625


def logit(p: float) -> float:
    """Return the log-odds of a probability strictly between 0 and 1."""
    return math.log(p / (1.0 - p))


def log_odds(p: Floats) -> Floats:
    """Return the log-odds of probabilities strictly between 0 and 1, float64[n]."""
    return np.log(p / (1.0 - p))


@dataclass(frozen=True)
class Head:
    """One binary outcome: its name, the rate it starts from, and its label in an example.

    Examples
    --------
    >>> [head.name for head in HEADS]
    ['open', 'attend', 'attend_unsent', 'mute', 'purchase', 'reserve']
    """

    name: str
    base_rate: float
    label: Callable[[Example], bool | None]


def _opened(e: Example) -> bool | None:
    return e.opened if e.sent else None


def _attended_sent(e: Example) -> bool | None:
    return e.attended if e.sent else None


def _attended_unsent(e: Example) -> bool | None:
    return None if e.sent else e.attended


def _muted(e: Example) -> bool | None:
    return e.muted if e.sent else None


def _purchased(e: Example) -> bool | None:
    return e.purchased if e.attended else None


def _reserved(e: Example) -> bool | None:
    return e.reserved if e.sent and not e.reserved_before else None


HEADS: tuple[Head, ...] = (
    Head("open", 0.05, _opened),
    Head("attend", 0.03, _attended_sent),
    Head("attend_unsent", 0.01, _attended_unsent),
    Head("mute", 0.002, _muted),
    Head("purchase", 0.03, _purchased),
    Head("reserve", 0.0125, _reserved),
)
"""`open`: opened within 2 h of sending. `attend`: came, having been sent a reminder.
`attend_unsent`: came, though held out or a control (`reminders.controls`).
`mute`: switched pushes off after it. `purchase`: bought, among those who came. `reserve`: reserved,
having been sent an invitation."""

HEAD_NAMES: tuple[str, ...] = tuple(head.name for head in HEADS)
PRIOR_NAMES: tuple[str, ...] = HEAD_NAMES[:-1]
"""Whose priors a decision and its example carry; that of `reserve` follows from that of `open`."""
SEE_OPENS = ("attend", "reserve")
"""What comes by opening the reminder."""
NEWER = frozenset({"reserve"})
"""Heads that earlier releases do not know: models and trainers of theirs come without."""
BASE_LOGITS: tuple[float, ...] = tuple(logit(head.base_rate) for head in HEADS)


def new_scaler() -> Scaler:
    """Return an untrained River scaler that centres features.

    They are about as large as 1 by their definition (`features.registry`). Divided by deviations
    that are measured on the first few examples, they would be of any size.
    """
    from river import preprocessing  # a second of SciPy, which only the trainer needs

    scaler: Scaler = preprocessing.StandardScaler(with_std=False)
    return scaler


def new_regression(base_rate: float, names: tuple[str, ...]) -> BayesianLogistic:
    """Return an untrained regression over centred features, that believes the documented prior.

    It corrects the prior: besides the features it sees `BELIEFS`, which weigh 1 at first, while
    features weigh nothing. Together these are believed to make a difference of about one unit of
    log-odds; the level may be two off, since nobody knows how eagerly people come; and the prior
    may be stretched or flattened by a quarter.
    """
    regression = BayesianLogistic(
        intercept_init=logit(base_rate),
        intercept_variance=LEVEL_VARIANCE,
        variance=FEATURE_VARIANCE,
        first=dict.fromkeys(BELIEFS, (1.0, BELIEF_VARIANCE)),
    )
    regression.know((*names, *BELIEFS))
    return regression
