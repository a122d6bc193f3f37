"""What is announced: streams with their qualities and bursts; some move, some are called off."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from streams.simulation.world.chance import generator
from streams.simulation.world.constants import WorldConstants
from streams.simulation.world.events import Bools, Floats, Ints
from streams.simulation.world.hosts import Hosts

__all__ = ["DAY_MS", "HALF_HOUR_MS", "Programme", "make_programme"]

HALF_HOUR_MS, HOUR_MS, DAY_MS = 1_800_000, 3_600_000, 86_400_000


@dataclass(frozen=True)
class Programme:
    """All announced streams by their first planned start; times in epoch ms.

    Attributes
    ----------
    host : int64[s].
    first_start, start : as announced, and as it is in the end.
    end : of the stream.
    announced, changed : when it is announced; when it is moved or called off, −1 for never.
    cancelled : bool[s].
    quality : float64[s], of this evening.
    craze : float64[s], how many times the taste for it counts, 1 without a burst.
    crazes : float64[days, hosts], the same for every host and day.
    """

    host: Ints
    first_start: Ints
    start: Ints
    end: Ints
    announced: Ints
    changed: Ints
    cancelled: Bools
    quality: Floats
    craze: Floats
    crazes: Floats

    def __len__(self) -> int:
        return len(self.host)

    def start_known(self, now_ms: int) -> Ints:
        """Return int64[s]: the start as it is known at a time."""
        told = (self.changed >= 0) & (self.changed <= now_ms)
        return np.where(told, self.start, self.first_start)

    def ahead(self, now_ms: int) -> Ints:
        """Return the numbers of the streams that are announced, and not begun or called off."""
        told = (self.changed >= 0) & (self.changed <= now_ms)
        known = (self.announced <= now_ms) & ~(self.cancelled & told)
        return np.flatnonzero(known & (self.start_known(now_ms) > now_ms))


def make_programme(
    seed: int, hosts: Hosts, constants: WorldConstants, begin_ms: int, days: int
) -> Programme:
    """Draw what is announced for `days` days from `begin_ms`, a midnight in UTC."""
    rng = generator(seed, 2)
    crazes = _crazes(rng, days, len(hosts), constants)
    willing = hosts.days.mean()
    share = constants.streams_a_day / (len(hosts) * willing)
    host: list[Ints] = []
    start: list[Ints] = []
    for day in range(days):
        keeps = rng.random(len(hosts)) < hosts.routine
        today = np.where(keeps, hosts.days[:, day % 7], rng.random(len(hosts)) < willing)
        who = np.flatnonzero(today & (rng.random(len(hosts)) < share))
        strays = np.where(keeps[who], 0.0, np.round(rng.normal(0.0, 2.0, len(who)) * 2) / 2)
        hour = (hosts.hour[who] + strays) % 24.0
        host.append(who)
        start.append(begin_ms + day * DAY_MS + np.round(hour * 2).astype(np.int64) * HALF_HOUR_MS)
    order = np.argsort(np.concatenate(start), kind="stable")
    who, first = np.concatenate(host)[order], np.concatenate(start)[order]
    n = len(who)
    fate = rng.random(n)
    cancelled = fate < constants.cancelled
    moved = ~cancelled & (fate < constants.cancelled + constants.moved)
    by = rng.choice([-4, -3, -2, 2, 3, 4, 6], size=n) * HALF_HOUR_MS
    changed = np.where(cancelled | moved, first - rng.integers(3, 26, n) * HOUR_MS, -1)
    final = np.where(moved, first + by, first)
    on_day = (first - begin_ms) // DAY_MS
    return Programme(
        host=who,
        first_start=first,
        start=final,
        end=final + rng.choice([1, 2, 3], size=n) * HOUR_MS,
        announced=first - rng.integers(30, 60, n) * HOUR_MS,
        changed=changed,
        cancelled=cancelled,
        quality=hosts.quality[who] * np.exp(rng.normal(0.0, constants.quality_swing, n)),
        craze=crazes[on_day, who],
        crazes=crazes,
    )


def _crazes(rng: np.random.Generator, days: int, hosts: int, constants: WorldConstants) -> Floats:
    """Return float64[days, hosts]: bursts come at once and fade over three days."""
    begins = rng.random((days, hosts)) < constants.burst_chance
    factor = np.ones((days, hosts))
    for lag, left in enumerate((1.0, 0.6, 0.3)):
        later = np.zeros_like(factor)
        later[lag:] = begins[: days - lag] * (constants.burst - 1.0) * left
        factor = np.maximum(factor, 1.0 + later)
    return factor
