"""User rows as entries of the view: the features hash and the interest tags."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from features.contracts import INTERACTION_TYPES, TYPE_CODE
from features.opaque import take_structs
from features.row import (
    ACTIVITY_BINS,
    COUNTED_TYPES,
    FATIGUE_DELIVERED,
    FATIGUE_DISMISSED,
    FATIGUE_OPENED,
    FATIGUE_SENT,
    KNOWN_PROFILE,
    MUTED,
    NEVER,
    PERSONALIZATION_OK,
    PUSH_OK,
    Rows,
)
from features.state import UserState
from online_models.arrays import Ints
from streams.view.keys import ViewKeys
from streams.view.names import Names
from streams.view.script import Entries

__all__ = ["user_entries"]

_TOTALS = tuple(f"total:{name}" for name in INTERACTION_TYPES)
_RECENT = tuple(f"recent:{name}" for name in COUNTED_TYPES)
_COUNTED = [TYPE_CODE[name] for name in COUNTED_TYPES]
_CLOCK = tuple(f"{minute // 60:02}:{minute % 60:02}" for minute in range(24 * 60))
_BIN_MINUTES = 24 * 60 // ACTIVITY_BINS
_TIMES = (
    *(("first_ts", "first_ts"), ("last_ts", "last_ts"), ("last_open_ts", "last_open_ts")),
    ("muted_ts", "mute_ts"),
)
_FATIGUE = (
    ("sent_7d", FATIGUE_SENT),
    ("delivered_7d", FATIGUE_DELIVERED),
    ("opened_7d", FATIGUE_OPENED),
    ("dismissed_7d", FATIGUE_DISMISSED),
)


def user_entries(
    state: UserState, slots: Ints, keys: ViewKeys, names: Names
) -> list[tuple[str, Entries, Entries]]:
    """Return (key, features, tags) of the users in `slots` (int64[n]); all must be in use.

    Of users who refuse personalization the exact counts are told, and nothing that is inferred
    from them: other services must not personalize with it either.
    """
    users = state.users
    rows = take_structs(users.rows, slots)
    personal = (rows["flags"] & PERSONALIZATION_OK) != 0
    known = (rows["flags"] & KNOWN_PROFILE) != 0
    zones = [users.zones.name(code) for code in users.zone[slots].tolist()]
    features = list(map(_always, _flags(rows), zones, users.locale_names(slots)))
    _add_times(features, rows)
    _add_totals(features, rows)
    _add_numbers(features, rows)
    _add_behaviour(features, rows, personal)
    tags = _tags(rows, personal, names)
    for place in np.flatnonzero(known & personal).tolist():
        declared = users.profile_of(int(slots[place])).categories()
        names.learn_categories(declared)
        for name in dict.fromkeys(declared):
            tags[place] += ("1", f"declared:{name}")
    ids = [str(user_id) for user_id in users.ids.strings(slots)]
    for place, user_id in enumerate(ids):
        features[place] += ("user_id", user_id)
    return list(zip(map(keys.user, ids), features, tags, strict=True))


def _flags(rows: Rows) -> Iterator[tuple[str, str, str]]:
    columns = ((rows["flags"] & bit != 0) for bit in (PUSH_OK, PERSONALIZATION_OK, MUTED))
    return zip(*(np.where(column, "1", "0").tolist() for column in columns), strict=True)


def _always(flags: tuple[str, str, str], zone: str, locale: str) -> Entries:
    push, personalization, muted = flags
    return [
        *("push", push, "personalization", personalization, "muted", muted),
        *("timezone", zone, "locale", locale),
    ]


def _add_times(features: list[Entries], rows: Rows) -> None:
    for name, field in _TIMES:
        times = rows[field]
        places = np.flatnonzero(times != NEVER)
        for place, ts in zip(places.tolist(), times[places].tolist(), strict=True):
            features[place] += (name, str(ts))
    start, end = rows["quiet_start"], rows["quiet_end"]
    places = np.flatnonzero(start != end)
    bounds = zip(places.tolist(), start[places].tolist(), end[places].tolist(), strict=True)
    for place, first, last in bounds:
        features[place] += ("quiet_start", _CLOCK[first], "quiet_end", _CLOCK[last])


def _add_totals(features: list[Entries], rows: Rows) -> None:
    user, kind = np.nonzero(rows["totals"])
    counts = rows["totals"][user, kind].tolist()
    for place, code, count in zip(user.tolist(), kind.tolist(), counts, strict=True):
        features[place] += (_TOTALS[code], str(count))


def _add_numbers(features: list[Entries], rows: Rows) -> None:
    columns = [(name, rows["fatigue"][:, place]) for name, place in _FATIGUE]
    columns += [("spend_total", rows["spend_total"]), ("spend_30d", rows["spend"])]
    for name, column in columns:
        for place, number in _above_zero(column):
            features[place] += (name, f"{number:.6g}" if name != "spend_total" else repr(number))
    sends = np.sort(rows["sends"], axis=1)[:, ::-1]
    for place in np.flatnonzero(sends[:, 0]).tolist():
        newest = ",".join([f"{second}000" for second in sends[place].tolist() if second])
        features[place] += ("invited_ts", f"[{newest}]")


def _add_behaviour(features: list[Entries], rows: Rows, personal: Any) -> None:
    user, kind = np.nonzero((rows["totals"][:, _COUNTED] > 0) & personal[:, None])
    recent = rows["counts"][user, :, kind].tolist()
    for place, code, (day, week, month) in zip(user.tolist(), kind.tolist(), recent, strict=True):
        features[place] += (_RECENT[code], f"[{day:.4g},{week:.4g},{month:.4g}]")
    activity = rows["activity"]
    busiest, most = activity.argmax(axis=2), activity.max(axis=2) > 0
    for kind_of_day, name in enumerate(("active_weekday", "active_weekend")):
        for place in np.flatnonzero(most[:, kind_of_day] & personal).tolist():
            minute = int(busiest[place, kind_of_day]) * _BIN_MINUTES
            features[place] += (name, _CLOCK[minute])


def _tags(rows: Rows, personal: Any, names: Names) -> list[Entries]:
    tags: list[Entries] = [[] for _ in range(len(rows))]
    for kind, name_of in (("host", names.host), ("category", names.category)):
        hashes, weights = rows[f"{kind}_h"], rows[f"{kind}_w"]
        user, place = np.nonzero((hashes != 0) & (weights > 0.0) & personal[:, None])
        found = zip(
            user.tolist(),
            hashes[user, place].tolist(),
            weights[user, place].tolist(),
            strict=True,
        )
        for at, key, weight in found:
            tags[at] += (f"{weight:.6g}", name_of(key))
    return tags


def _above_zero(column: Any) -> Iterable[tuple[int, float]]:
    places = np.flatnonzero(column > 0)
    return zip(places.tolist(), column[places].tolist(), strict=True)
