"""Whether the lift that the holdout tells covers the true one, and whether scores are chances."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reminders.kpi_rates import difference, proportion
from streams.simulation.world.events import Bools, Floats, Ints, Sends
from streams.simulation.world.programme import DAY_MS
from streams.simulation.world.world import World

__all__ = ["Lift", "attended", "calibration_error", "lifts"]

BINS = 10


@dataclass(frozen=True)
class Lift:
    """What a holdout says of some days' reminders, in attendances a pair, and what is true."""

    told: float
    low: float
    high: float
    true: float

    @property
    def covers(self) -> bool:
        """Whether the interval holds the truth."""
        return self.low <= self.true <= self.high


def attended(world: World, user: Ints, stream: Ints, *, without: bool = False) -> Bools:
    """Return whether people came to streams, or would have `without` any reminder of them."""
    found = np.zeros(len(user), np.bool_)
    for number in np.unique(stream).tolist():
        turnout = world.turnouts.get(number)
        if turnout is not None:
            at = np.flatnonzero(stream == number)
            came = turnout.came_without if without else turnout.came
            found[at] = np.isin(user[at], came)
    return found


def lifts(world: World, held: Sends, days: int) -> list[Lift]:
    """Return the lift of each span of `days` days, on pairs of user and stream.

    `held`: what the holdout was not sent. A pair belongs to the span in which its stream starts.
    """
    sends = Sends.joined(world.sends)
    invites = sends.take(np.flatnonzero(~sends.reserved))
    day = (world.programme.first_start - world.first_ms) // DAY_MS
    treated, control = _pairs(invites), _pairs(held)
    found = []
    for first in range(0, world.scale.days - days + 1, days):
        parts = []
        for user, stream in (treated, control):
            at = np.flatnonzero((day[stream] >= first) & (day[stream] < first + days))
            parts.append((user[at], stream[at]))
        came = [attended(world, *part) for part in parts]
        anyway = attended(world, *parts[0], without=True)
        told = difference(*(proportion(int(one.sum()), len(one)) for one in came))
        true = float(came[0].mean() - anyway.mean()) if len(anyway) else 0.0
        found.append(Lift(told.value, told.low, told.high, true))
    return found


def calibration_error(world: World, first_day: int) -> float:
    """Return the mean distance of score and attendance over ten bins of equally many reminders.

    Of reminders of streams that begin on day `first_day` (1 = first) or later.
    """
    sends = Sends.joined(world.sends)
    day = (world.programme.first_start[sends.stream] - world.first_ms) // DAY_MS + 1
    known = np.isfinite(sends.score) & (day >= first_day) & (day <= world.scale.days)
    known &= ~world.programme.cancelled[sends.stream]
    sends = sends.take(np.flatnonzero(known))
    if not len(sends):
        return float("nan")
    came = attended(world, sends.user, sends.stream).astype(np.float64)
    order = np.argsort(sends.score, kind="stable")
    distance = 0.0
    for part in np.array_split(order, BINS):
        if len(part):
            gap: Floats = sends.score[part] - came[part]
            distance += abs(float(gap.sum()))
    return distance / len(sends)


def _pairs(sends: Sends) -> tuple[Ints, Ints]:
    pairs = np.unique(sends.user * 1_000_000 + sends.stream)
    return pairs // 1_000_000, pairs % 1_000_000
