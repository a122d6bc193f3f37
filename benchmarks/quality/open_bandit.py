"""The Open Bandit sample: what a fashion shop showed, by which chance, and whether it was clicked.

Two policies ran side by side on three campaigns for a week: one drew evenly, one was Thompson
sampling. Its licence is not stated, so the data is read from a wheel and kept nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from online_models.arrays import Floats, Ints
from streams.replay.wheel import DataWheel

__all__ = ["CAMPAIGNS", "OPEN_BANDIT", "Impressions", "read_impressions", "thompson_table"]

CAMPAIGNS = ("all", "men", "women")
OPEN_BANDIT = DataWheel(
    data="the Open Bandit sample",
    requirement="obp==0.4.1",
    folder="open-bandit",
    inside="obp/dataset/obd",
    files={
        "bts/all/all.csv": "0ad874e4dbf6902f0845dd478ad8dde5ef6903583d3ffaace78411bdad064106",
        "bts/men/men.csv": "db6d1f7ed2d591ba521533e45286d4c1fba7fe57a8ad2e80342210335f43c527",
        "bts/women/women.csv": "e5d1b49a39b608585a2f3014a3f54970430cd37a495c1b73fceb85cdf428a5b8",
        "random/all/all.csv": "7168295b6e0a9eabcf3392320a5dd434e542b68e705d5cd9491499af589812f1",
        "random/men/men.csv": "ede6d08c6877f99cd3770f7d09e26c738e6aa6de4445ccccfb1356ba5d06b1eb",
        "random/women/women.csv": (
            "e65f3bd3beb17664fa69cc129bf7bf852a775f8ffa630506e505fc905315bb34"
        ),
    },
    otherwise="The figures on real logs need it",
)
"""Six logs of 10,000 impressions, 24 to 30 November 2019; 1 MB."""


@dataclass(frozen=True)
class Impressions:
    """One log, columns of equal length in the order of time.

    Attributes
    ----------
    item, place
        int64[n], from 0 on: what was shown, and where of the three places.
    click
        float64[n], 1 or 0.
    propensity
        float64[n], the chance with which the policy showed this item there.
    """

    item: Ints
    place: Ints
    click: Floats
    propensity: Floats


def read_impressions(folder: Path, policy: str, campaign: str) -> Impressions:
    """Read the log of a policy (`random`, `bts`) on a campaign."""
    lines = (folder / policy / campaign / f"{campaign}.csv").read_text("utf-8").splitlines()[1:]
    rows = np.array([line.split(",", 6)[2:6] for line in lines], np.float64)
    item, place = rows[:, :2].astype(np.int64).T
    return Impressions(item, place - 1, rows[:, 2].copy(), rows[:, 3].copy())


def thompson_table(log: Impressions, items: int) -> Floats:
    """Return float64[3, items]: with which chance the Thompson log showed what where, on average.

    The chances moved as the policy learned. The mean over all moments, of which a log shows each
    with its own chance, is their harmonic mean over the impressions. Of n impressions at a place,
    no chance below 1/n can be told, so none is. Each place sums to 1.
    """
    shown, inverse = np.zeros((3, items)), np.zeros((3, items))
    np.add.at(shown, (log.place, log.item), 1.0)
    np.add.at(inverse, (log.place, log.item), 1.0 / log.propensity)
    table = np.divide(shown, inverse, out=np.zeros_like(shown), where=inverse > 0)
    table = np.maximum(table, 1.0 / shown.sum(axis=1, keepdims=True))
    return np.asarray(table / table.sum(axis=1, keepdims=True), np.float64)
