"""What the world's people told the account service of themselves."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np

from features.contracts import Profile
from streams.simulation.wire.words import NICKNAMES
from streams.simulation.world.chance import draws
from streams.simulation.world.hosts import CATEGORIES
from streams.simulation.world.population import LOCALES, QUIET, ZONES, Population

__all__ = ["profile_fields", "profiles"]

_NAMED, _RESERVED = 0.8, 0.03


def profile_fields(people: Population, number: int) -> dict[str, Any]:
    """Return what the world knows of a person that a profile tells: fields as on the wire."""
    first, last = QUIET[int(people.quiet[number])]
    fields: dict[str, Any] = {
        "timezone": ZONES[int(people.zone[number])],
        "locale": LOCALES[int(people.locale[number])],
        "quiet_hours": None if first == last else {"start": _clock(first), "end": _clock(last)},
    }
    if people.declared[number] >= 0:
        fields["categories"] = [CATEGORIES[int(people.declared[number])]]
    return fields


def profiles(seed: int, people: Population, users: list[str], ts: int) -> list[Profile]:
    """Return everybody's profile at `ts`; most have a nickname, and a few refuse something.

    Parameters
    ----------
    users : ids by number.
    """
    everybody = np.arange(len(people))
    named, refuses, name = (draws(seed, salt, everybody).tolist() for salt in (70, 71, 72))
    records = []
    for number, user_id in enumerate(users):
        fields = {"user_id": user_id, "ts": ts, **profile_fields(people, number)}
        if named[number] < _NAMED:
            names = NICKNAMES[fields["locale"]]
            fields["nickname"] = names[int(name[number] * len(names))]
        if refuses[number] < 2 * _RESERVED:
            fields["consent"] = {"push": refuses[number] >= _RESERVED, "personalization": False}
        records.append(msgspec.convert(fields, Profile))
    return records


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
