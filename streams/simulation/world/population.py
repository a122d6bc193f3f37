"""Who lives in the world: jobs, zones, tastes, loyalties, and how each takes a reminder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np

from streams.simulation.world.chance import generator
from streams.simulation.world.constants import WorldConstants
from streams.simulation.world.days import JOBS, discounted, rhythm
from streams.simulation.world.events import Bools, Floats, Floats32, Ints
from streams.simulation.world.hosts import CATEGORIES, Hosts

__all__ = ["KINDS", "LOCALES", "QUIET", "ZONES", "Population", "make_population"]

LOCALES = ("zh-CN", "en")
ZONES = ("Asia/Shanghai", "Asia/Tokyo", "Europe/Berlin", "America/New_York")
_ZONE_SHARES = (0.7, 0.1, 0.1, 0.1)
QUIET: tuple[tuple[int, int], ...] = ((1320, 480), (1410, 420), (0, 0))
"""Quiet hours as local minutes of the day: the default, another, none."""
_QUIET_SHARES = (0.87, 0.1, 0.03)
KINDS = ("neutral", "persuadable", "deaf", "reactant")
# How likely each kind is in each job: what works differs by how people live.
_KIND_SHARES = np.array(
    [
        [0.45, 0.30, 0.15, 0.10],
        [0.40, 0.40, 0.10, 0.10],
        [0.35, 0.20, 0.25, 0.20],
        [0.35, 0.50, 0.10, 0.05],
        [0.40, 0.25, 0.15, 0.20],
    ]
)
_PLANNING = np.array([0.7, 0.3, 0.6, 0.4])


@dataclass(frozen=True)
class Population:
    """People as columns; what changes in the course of time is in `world.World`.

    Attributes
    ----------
    zone, job, kind, quiet : int64[n], places in `ZONES`, `days.JOBS`, `KINDS`, `QUIET`.
    offset : int64[n], half-hours that local time is ahead of UTC.
    locale : int64[n], place in `LOCALES`.
    attention, freedom, reach : float32[n, 336] by half-hour of the week in UTC: looking at the
        phone, 1 on average; chance to be free; `days.discounted` attention.
    visits : float64[n] a day.
    tap : float64[n], readiness to open a push.
    planning : float64[n], how much of a favourite host's routine somebody knows by heart.
    variety : float64[n] in [0, 1], how soon the same host is enough.
    touchy : float64[n], chance that a fresh push mutes.
    declared : int64[n], the category named in the profile, −1 for none.
    old_taste : float64[n, c], the tastes of when people chose whom to follow.
    taste : float64[n, c] at the start.
    loyalty : float32[n, h] in [0, 1] at the start.
    follows : bool[n, h] at the start.
    """

    zone: Ints
    job: Ints
    kind: Ints
    quiet: Ints
    offset: Ints
    locale: Ints
    attention: Floats32
    freedom: Floats32
    reach: Floats32
    visits: Floats
    tap: Floats
    planning: Floats
    variety: Floats
    touchy: Floats
    declared: Ints
    old_taste: Floats
    taste: Floats
    loyalty: Floats32
    follows: Bools

    def __len__(self) -> int:
        return len(self.zone)


def make_population(
    seed: int, size: int, hosts: Hosts, constants: WorldConstants, begin_ms: int
) -> Population:
    """Draw the people who live from `begin_ms` on, in a season without changes of the clocks."""
    rng = generator(seed, 3)
    zone = rng.choice(len(ZONES), size=size, p=_ZONE_SHARES)
    offset = np.array([_half_hours_ahead(name, begin_ms) for name in ZONES])[zone]
    job = rng.choice(len(JOBS), size=size, p=(0.32, 0.22, 0.12, 0.18, 0.16))
    edges = _KIND_SHARES[job].cumsum(axis=1)
    kind = np.minimum((rng.random((size, 1)) >= edges).sum(axis=1), len(KINDS) - 1)
    attention, freedom = rhythm(
        job, rng.normal(0.0, 1.0, size), offset, rng.uniform(0.8, 1.4, size)
    )
    kept = float(np.exp(-30.0 / constants.buried_minutes))
    taste = rng.dirichlet(np.full(len(CATEGORIES), 0.35), size=size)
    drifted = rng.random((size, 1)) < 0.45
    old_taste = np.where(drifted, rng.dirichlet(np.full(len(CATEGORIES), 0.35), size=size), taste)
    deaf, reactant = kind == KINDS.index("deaf"), kind == KINDS.index("reactant")
    loyalty = _loyalty(rng, taste, hosts, constants)
    return Population(
        zone=zone,
        job=job,
        kind=kind,
        quiet=rng.choice(len(QUIET), size=size, p=_QUIET_SHARES),
        offset=offset,
        locale=(zone >= 2).astype(np.int64),
        attention=attention,
        freedom=freedom,
        reach=discounted(attention, kept),
        visits=_mean_one(rng, 0.7, size) * constants.visits_a_day,
        tap=constants.tap * np.exp(rng.normal(0.0, 0.6, size)) * np.where(deaf, 0.12, 1.0),
        planning=rng.beta(2.0 * _PLANNING[kind] + 0.3, 2.3 - 2.0 * _PLANNING[kind]),
        variety=rng.beta(1.5, 1.5, size),
        touchy=constants.mute
        * np.exp(rng.normal(0.0, 0.8, size))
        * np.where(reactant, 4.0, np.where(deaf, 2.0, 1.0)),
        declared=np.where(rng.random(size) < 0.3, old_taste.argmax(axis=1), -1),
        old_taste=old_taste,
        taste=taste,
        loyalty=loyalty,
        follows=_follows(rng, old_taste, loyalty, hosts, constants),
    )


def _half_hours_ahead(zone: str, begin_ms: int) -> int:
    when = datetime.fromtimestamp(begin_ms / 1000, UTC).astimezone(ZoneInfo(zone))
    ahead = when.utcoffset()
    return 0 if ahead is None else round(ahead.total_seconds() / 1800)


def _mean_one(rng: np.random.Generator, swing: float, size: int) -> Floats:
    return np.asarray(np.exp(rng.normal(-0.5 * swing**2, swing, size)))


def _loyalty(
    rng: np.random.Generator, taste: Floats, hosts: Hosts, constants: WorldConstants
) -> Floats32:
    """Return how loyal each is to each host: to a few of those that suit the taste."""
    weight = (0.02 + taste[:, hosts.category]) * hosts.quality * np.sqrt(hosts.fame)
    chance = constants.hosts_loved * weight / weight.sum(axis=1, keepdims=True)
    loved = rng.random(weight.shape) < chance
    return np.where(loved, rng.beta(1.6, 1.6, weight.shape), 0.0).astype(np.float32)


def _follows(
    rng: np.random.Generator,
    old_taste: Floats,
    loyalty: Floats32,
    hosts: Hosts,
    constants: WorldConstants,
) -> Bools:
    """Return whom each follows: some of the loved, most by tastes of old and as all do."""
    weight = (0.08 + old_taste[:, hosts.category]) * hosts.fame
    chance = constants.hosts_followed * weight / weight.sum(axis=1, keepdims=True)
    return np.asarray(rng.random(weight.shape) < np.maximum(chance, 0.6 * loyalty))
