"""The people of a world: where they live, what they allow, whom they like, when they change."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any

from simworld.spec import DAY_MS, HOUR_MS, MINUTE_MS, SimulatedRecord, WorldSpec

__all__ = ["Dweller", "dwellers"]

# Changes of clocks by an hour and by half an hour, and offsets of 30 and 45 minutes.
ZONES = (
    *("Asia/Shanghai", "Europe/London", "Europe/Berlin", "America/New_York"),
    *("America/Los_Angeles", "Australia/Lord_Howe", "Pacific/Chatham", "Asia/Kathmandu"),
    *("Asia/Kolkata", "America/St_Johns", "Australia/Adelaide", "Africa/Casablanca"),
    *("Asia/Tehran", "Pacific/Kiritimati", "Pacific/Apia", "Africa/Cairo", "UTC"),
)
LOCALES = ("zh-CN", "en-US", "en-GB", "zh-Hans-CN", "en", "de-DE")
QUIET = (("22:00", "08:00"), ("00:30", "06:15"), ("13:00", "14:30"), ("23:59", "00:01"))
NOT_QUIET = ("09:00", "09:00")
NAMES = ("Ada", "小明", "Zoë", "{braces}", "O'Neil", "李", "<b>Max</b>", "🎈")


@dataclass(slots=True)
class Dweller:
    """One person.

    Attributes
    ----------
    gone : epoch ms (from, to) in which nothing of theirs happens, around a tombstone.
    """

    user_id: str
    favourites: list[int]
    hour: float
    zeal: float
    records: list[SimulatedRecord] = field(default_factory=list)
    gone: tuple[int, int] = (0, 0)
    erased: bool = False


def dwellers(spec: WorldSpec, hosts: int) -> list[Dweller]:
    """All people of a world, with the records of their profiles."""
    found = []
    for number in range(spec.users):
        rng = Random(f"{spec.seed}:person:{number}")
        person = Dweller(
            user_id=f"u{number:05d}" if number % 7 else f"用户-{number}",
            favourites=[min(int(rng.expovariate(4 / hosts)), hosts - 1) for _ in range(3)],
            hour=rng.uniform(0, 24),
            zeal=rng.choice((0.3, 1.0, 1.0, 2.5)),
        )
        if rng.random() < 0.75:
            _introduce(person, spec, rng)
        if rng.random() < 0.15:
            _change(person, spec, rng)
        if rng.random() < 0.04:
            _leave(person, spec, rng)
        found.append(person)
    return found


def _profile(person: Dweller, ts: int, at: int, fields: dict[str, Any]) -> None:
    value = {"user_id": person.user_id, "ts": ts, **fields}
    person.records.append(SimulatedRecord(at, "profiles", person.user_id, value))


def _introduce(person: Dweller, spec: WorldSpec, rng: Random) -> None:
    fields: dict[str, Any] = {"timezone": rng.choice(ZONES), "locale": rng.choice(LOCALES)}
    if rng.random() < 0.6:
        fields["nickname"] = rng.choice(NAMES)
    if rng.random() < 0.5:
        fields["quiet_hours"] = _quiet_hours(rng)
    if rng.random() < 0.15:
        fields["consent"] = {
            "push": rng.random() < 0.5,
            "personalization": rng.random() < 0.3,
        }
    if rng.random() < 0.3:
        fields["categories"] = rng.sample(("beauty", "food", "games", "sport"), 2)
    if rng.random() < 0.3:
        fields |= {"gender": "f", "age_band": "25-34", "region": "CN-31", "unknown": [1, {}]}
    ts = spec.start_ts - rng.randrange(20 * DAY_MS)
    _profile(person, ts, ts, fields)
    if rng.random() < 0.1:
        # An older profile that comes later changes only what the newer one leaves out.
        _profile(person, ts - HOUR_MS, ts, {"timezone": "UTC", "consent": {"push": False}})


def _quiet_hours(rng: Random) -> dict[str, str] | None:
    if rng.random() < 0.25:
        return None
    start, end = rng.choice((*QUIET, NOT_QUIET))
    return {"start": start, "end": end}


def _change(person: Dweller, spec: WorldSpec, rng: Random) -> None:
    for _ in range(rng.randrange(1, 4)):
        ts = spec.start_ts + rng.randrange(spec.days * DAY_MS)
        fields: dict[str, Any] = rng.choice(
            (
                {"timezone": rng.choice((*ZONES, None))},
                {"quiet_hours": _quiet_hours(rng)},
                {"consent": {"push": rng.random() < 0.5}},
                {"consent": {"personalization": rng.random() < 0.5}},
                {"consent": None},
                {"locale": rng.choice((*LOCALES, None)), "nickname": rng.choice((*NAMES, None))},
            )
        )
        _profile(person, ts, ts + rng.choice((0, 0, 30 * MINUTE_MS)), fields)


def _leave(person: Dweller, spec: WorldSpec, rng: Random) -> None:
    ts = spec.start_ts + rng.randrange(spec.days * DAY_MS)
    person.erased = True
    if rng.random() < 0.5:
        _profile(person, ts, ts, {"erase": True})
    else:
        person.gone = (ts - 3 * HOUR_MS, ts + 3 * HOUR_MS)
        person.records = [one for one in person.records if not _within(one.at, person.gone)]
        person.records.append(SimulatedRecord(ts, "profiles", person.user_id, None))


def _within(ts: int, span: tuple[int, int]) -> bool:
    return span[0] <= ts < span[1]
