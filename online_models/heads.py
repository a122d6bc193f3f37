"""The five probabilities that are learned, and which example says what about each."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from river import linear_model, optim

from online_models.example import Example
from online_models.river_types import Regression

__all__ = ["HEADS", "HEAD_NAMES", "Head", "logit", "new_regression"]

LEARNING_RATE = 0.1
ADAGRAD_FLOOR = 5.0
INTERCEPT_RATE = 0.5


def logit(p: float) -> float:
    """Return the log-odds of a probability strictly between 0 and 1."""
    return math.log(p / (1.0 - p))


@dataclass(frozen=True)
class Head:
    """One binary outcome: its name, the rate it starts from, and its label in an example.

    Examples
    --------
    >>> [head.name for head in HEADS]
    ['open', 'attend', 'attend_unsent', 'mute', 'purchase']
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


HEADS: tuple[Head, ...] = (
    Head("open", 0.05, _opened),
    Head("attend", 0.03, _attended_sent),
    Head("attend_unsent", 0.01, _attended_unsent),
    Head("mute", 0.002, _muted),
    Head("purchase", 0.03, _purchased),
)
"""`open`: opened within 2 h of sending. `attend`: came, having been sent a reminder.
`attend_unsent`: came, though held out. `mute`: switched pushes off after it.
`purchase`: bought, among those who came."""

HEAD_NAMES: tuple[str, ...] = tuple(head.name for head in HEADS)


def new_regression(base_rate: float) -> Regression:
    """Return an untrained River regression that predicts `base_rate`.

    AdaGrad starts from an accumulator of `ADAGRAD_FLOOR` instead of 1e-8: at rates of one in a
    hundred the first gradients are tiny, and would be blown up to full steps. The intercept's
    rate falls as 1/sqrt(t), so that a wrong base rate is forgotten within hundreds of examples.

    References
    ----------
    Duchi, Hazan, Singer (2011), Adaptive subgradient methods, JMLR 12.
    """
    regression: Regression = linear_model.LogisticRegression(
        optimizer=optim.AdaGrad(lr=LEARNING_RATE, eps=ADAGRAD_FLOOR),
        intercept_lr=optim.schedulers.InverseScaling(INTERCEPT_RATE, 0.5),
    )
    regression.intercept = logit(base_rate)
    return regression
