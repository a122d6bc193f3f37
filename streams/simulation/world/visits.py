"""A day of ordinary visits: who opens the app when, and which unannounced rooms they watch."""

from __future__ import annotations

import numpy as np

from features.contracts import TYPE_CODE
from streams.simulation.world.chance import generator
from streams.simulation.world.chances import Chances, half_hour_of_week
from streams.simulation.world.days import HALF_HOURS
from streams.simulation.world.events import Bools, Events, Floats, Floats32, Ints
from streams.simulation.world.programme import HALF_HOUR_MS

__all__ = ["day_of_visits"]

_ACTS = ("comment", "like", "gift")


def day_of_visits(seed: int, day: int, begin_ms: int, chances: Chances) -> Events:
    """Return what people do in one day apart from announced streams, by time.

    A visit that weariness or a mute keeps away is drawn all the same, so that the other draws
    are alike under all policies.
    """
    rng = generator(seed, 7, day)
    people, mood = chances.people, chances.mood
    number = rng.poisson(people.visits * mood.vital)
    who = np.repeat(np.arange(len(people)), number)
    stays = rng.random(len(who)) < chances.appetite(who, begin_ms)
    first = int(half_hour_of_week(np.array(begin_ms)))
    half_hour = _picked(people.attention[:, first : first + HALF_HOURS], who, rng)
    ts = begin_ms + half_hour * HALF_HOUR_MS + rng.integers(1, HALF_HOUR_MS, len(who))
    clicks = rng.poisson(chances.constants.clicks_a_visit, len(who))
    visit = np.repeat(np.arange(len(who)), clicks)
    host = _rooms(who[visit], day, chances, rng)
    watched = _watches(who[visit], ts[visit], host, day, chances, rng)
    acts = _acts(watched, chances, rng)
    opens = _opens(who, ts).take(np.flatnonzero(stays))
    kept = stays[visit]
    clicked = watched.take(np.flatnonzero(kept))
    return Events.joined(
        [opens, clicked, *(act.take(np.flatnonzero(kept[at])) for act, at in acts)]
    ).by_time()


def _opens(who: Ints, ts: Ints) -> Events:
    nothing, zero = np.full(len(who), -1), np.zeros(len(who))
    kind = np.full(len(who), TYPE_CODE["app_open"])
    return Events(who, kind, ts, nothing, nothing, zero, zero)


def _rooms(who: Ints, day: int, chances: Chances, rng: np.random.Generator) -> Ints:
    """Return the hosts whose rooms are watched: loved ones, or such as suit taste and fashion."""
    mood, hosts, constants = chances.mood, chances.hosts, chances.constants
    on_air = 0.25 + 0.75 * hosts.days[:, day % 7]
    crazes = chances.programme.crazes[day]
    loved = _picked((mood.loyalty + 1e-4) * on_air.astype(np.float32), who, rng)
    suits = (0.03 + mood.taste[:, hosts.category]) * (hosts.fame * hosts.quality * crazes * on_air)
    found = _picked(suits.astype(np.float32), who, rng)
    return np.where(rng.random(len(who)) < constants.loyal_clicks, loved, found)


def _picked(weights: Floats32, who: Ints, rng: np.random.Generator) -> Ints:
    """Return a column drawn for each of `who` by the weights in that person's row."""
    edges = weights.cumsum(axis=1, dtype=np.float64)
    edges /= edges[:, -1:]
    edges += np.arange(len(weights))[:, None]
    places = np.searchsorted(edges.ravel(), who + rng.random(len(who)), side="right")
    return np.asarray(np.clip(places - who * weights.shape[1], 0, weights.shape[1] - 1))


def _watches(
    who: Ints, ts: Ints, host: Ints, day: int, chances: Chances, rng: np.random.Generator
) -> Events:
    mood, hosts = chances.mood, chances.hosts
    likes = mood.loyalty[who, host] + mood.taste[who, hosts.category[host]]
    dwell = rng.exponential(40_000.0 + 300_000.0 * likes)
    room = len(chances.programme) + day * len(hosts) + host
    kind = np.full(len(who), TYPE_CODE["watch"])
    later = ts + rng.integers(5_000, 600_000, len(who))
    return Events(who, kind, later, room, host, np.round(dwell), np.zeros(len(who)))


def _acts(watched: Events, chances: Chances, rng: np.random.Generator) -> list[tuple[Events, Ints]]:
    """Return comments, likes and gifts, each with the places of the clicks that they belong to."""
    constants = chances.constants
    # The longer somebody stays, the likelier they act.
    eager: Floats = watched.dwell_ms * len(watched) / max(float(watched.dwell_ms.sum()), 1.0)
    made = []
    for kind, rate in zip(
        _ACTS, (constants.comments, constants.likes, constants.gifts), strict=True
    ):
        does: Bools = rng.random(len(watched)) < rate * eager
        at = np.flatnonzero(does)
        some = watched.take(at)
        amount = np.full(len(at), 5.0 if kind == "gift" else 0.0)
        code = np.full(len(at), TYPE_CODE[kind])
        zero = np.zeros(len(at))
        act = Events(some.user, code, some.ts + 1, some.room, some.host, zero, amount)
        made.append((act, at))
    return made
