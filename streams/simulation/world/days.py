"""The rhythm of people: when they look at the phone, and when they are free to watch."""

from __future__ import annotations

import numpy as np

from streams.simulation.world.events import Bools, Floats, Floats32, Ints

__all__ = ["HALF_HOURS", "JOBS", "WEEK", "discounted", "rhythm"]

HALF_HOURS = 48
WEEK = 7 * HALF_HOURS
_Bumps = tuple[tuple[float, float, float], ...]
# (hour, width in hours, height): looking at the phone on weekdays, at weekends, free to watch.
JOBS: dict[str, tuple[_Bumps, _Bumps, _Bumps]] = {
    "office": (
        ((12.5, 0.5, 3.0), (21.0, 1.2, 2.5), (8.2, 0.4, 1.0)),
        ((11.0, 2.0, 1.2), (20.5, 1.8, 2.2)),
        ((12.6, 0.4, 0.25), (21.0, 1.4, 0.75)),
    ),
    "commuter": (
        ((7.8, 0.5, 3.0), (18.2, 0.6, 3.2), (21.5, 0.8, 0.8)),
        ((10.0, 1.5, 1.2), (20.0, 1.6, 1.8)),
        ((20.5, 1.2, 0.8),),
    ),
    "night": (
        ((23.0, 1.0, 2.6), (1.0, 0.8, 1.6), (15.0, 1.0, 1.2)),
        ((23.5, 1.2, 2.4), (16.0, 1.5, 1.2)),
        ((22.5, 1.5, 0.85), (15.5, 1.0, 0.4)),
    ),
    "home": (
        ((9.5, 0.8, 2.2), (14.0, 1.2, 2.6), (20.0, 1.0, 1.0)),
        ((9.5, 1.0, 1.4), (15.0, 2.0, 1.2), (20.0, 1.5, 1.4)),
        ((10.0, 1.2, 0.6), (14.5, 1.3, 0.8), (20.3, 0.8, 0.35)),
    ),
    "student": (
        ((12.3, 0.4, 2.0), (18.0, 0.8, 1.4), (22.3, 1.0, 3.0)),
        ((14.0, 2.5, 2.0), (22.0, 1.6, 2.6)),
        ((18.5, 0.9, 0.35), (22.0, 1.3, 0.85)),
    ),
}
_FLOOR = 0.12


def rhythm(job: Ints, shift: Floats, offset: Ints, extra_free: Floats) -> tuple[Floats32, Floats32]:
    """Return attention and freedom of n people by half-hour of the UTC week, float32[n, 336] each.

    Attention is 1 on the average of a week; freedom is a chance. `shift` in hours, `offset`:
    half-hours that local time is ahead of UTC; `extra_free`: factor of freedom at weekends.
    """
    looks = np.zeros((len(job), 2, HALF_HOURS), np.float32)
    free = np.zeros((len(job), HALF_HOURS), np.float32)
    for number, (weekday, weekend, watching) in enumerate(JOBS.values()):
        who = np.flatnonzero(job == number)
        looks[who, 0], looks[who, 1] = _bumps(weekday, shift[who]), _bumps(weekend, shift[who])
        free[who] = _bumps(watching, 0.5 * shift[who])
    looks += _FLOOR
    local = (np.arange(WEEK)[None, :] + offset[:, None]) % WEEK
    weekend_now: Bools = local >= 5 * HALF_HOURS
    who = np.arange(len(job))[:, None]
    attention = looks[who, weekend_now.astype(np.int64), local % HALF_HOURS]
    attention /= attention.mean(axis=1, keepdims=True)
    freedom = free[who, local % HALF_HOURS] * np.where(weekend_now, extra_free[:, None], 1.0)
    return attention, np.minimum(freedom + 0.04, 0.95).astype(np.float32)


def discounted(attention: Floats32, kept: float) -> Floats32:
    """Return float32[n, 336]: attention from each half-hour on, fading to `kept` in each.

    In continuous time this is (1/τ) ∫ attention(t + s) exp(−s/τ) ds at the half-hours' begins.
    """
    found = np.zeros_like(attention)
    after = attention.mean(axis=1)
    for step in range(2 * WEEK - 1, -1, -1):
        place = step % WEEK
        after = (1.0 - kept) * attention[:, place] + kept * after
        found[:, place] = after
    return found


def _bumps(bumps: _Bumps, shift: Floats) -> Floats32:
    hours = np.arange(HALF_HOURS)[None, :] * 0.5 + 0.25
    total = np.zeros((len(shift), HALF_HOURS), np.float32)
    for centre, width, height in bumps:
        away = np.abs(hours - centre - shift[:, None]) % 24.0
        away = np.minimum(away, 24.0 - away)
        total += (height * np.exp(-0.5 * (away / width) ** 2)).astype(np.float32)
    return total
