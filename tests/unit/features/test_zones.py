"""Local time by columns, against `zoneinfo` one by one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from features.hashing import IntArray, uniform
from features.zones import Zones, is_zone

_ZONES = [
    "Africa/Cairo",
    "Africa/Casablanca",  # DST is suspended for Ramadan, by a table up to 2087
    "Africa/Monrovia",
    "America/Argentina/San_Luis",
    "America/New_York",
    "America/Santiago",
    "America/St_Johns",
    "Antarctica/Troll",  # two hours of DST
    "Asia/Gaza",
    "Asia/Kathmandu",
    "Asia/Pyongyang",  # half an hour, changed twice
    "Asia/Shanghai",
    "Asia/Tehran",
    "Australia/Eucla",
    "Australia/Lord_Howe",  # half an hour of DST
    "Europe/Dublin",  # negative DST
    "Europe/Istanbul",
    "Pacific/Apia",  # skipped 30 December 2011
    "Pacific/Chatham",
    "UTC",
]
_FIRST_S = int(datetime(2000, 1, 1, tzinfo=UTC).timestamp())
_END_S = int(datetime(2101, 1, 1, tzinfo=UTC).timestamp())


def _expected(name: str, seconds: IntArray) -> list[tuple[int, int]]:
    local = [datetime.fromtimestamp(second, ZoneInfo(name)) for second in seconds.tolist()]
    return [(moment.hour * 60 + moment.minute, moment.weekday()) for moment in local]


def _found(zones: Zones, name: str, ts: IntArray) -> list[tuple[int, int]]:
    codes = np.full(len(ts), zones.code(name), dtype=np.int16)
    minutes, weekdays = zones.local_minutes(codes, ts)
    return list(zip(minutes.tolist(), weekdays.tolist(), strict=True))


@pytest.mark.parametrize("name", _ZONES)
def test_local_minutes_are_exact(name: str) -> None:
    """At random instants of a century and around noon of every day of 25 years."""
    drawn = uniform(1, np.arange(2000, dtype=np.uint64)) * (_END_S - _FIRST_S)
    days = np.arange(_FIRST_S + 43_200, _FIRST_S + 25 * 365 * 86_400, 86_400)
    seconds = np.concatenate([_FIRST_S + drawn.astype(np.int64), days])
    assert _found(Zones(), name, seconds * 1000 + 999) == _expected(name, seconds)


@pytest.mark.parametrize("name", _ZONES)
@pytest.mark.parametrize("year", [2011, 2026, 2075])
def test_local_minutes_are_exact_at_every_change(name: str, year: int) -> None:
    """Every quarter of an hour of a year, one second before, at and after it."""
    start = int(datetime(year, 1, 1, tzinfo=UTC).timestamp())
    quarters = np.arange(start, start + 366 * 86_400, 900)
    offsets = [datetime.fromtimestamp(s, ZoneInfo(name)).utcoffset() for s in quarters.tolist()]
    changes = [place for place in range(1, len(offsets)) if offsets[place] != offsets[place - 1]]
    edges = quarters[changes]
    seconds = np.concatenate([edges - 1, edges, edges + 1])
    assert _found(Zones(), name, seconds * 1000) == _expected(name, seconds)


def test_columns_mix_zones() -> None:
    """Each row is read in its own zone, whatever its neighbours'."""
    zones = Zones()
    names = ["Asia/Tokyo", "America/New_York", "Asia/Tokyo", "Europe/Paris"]
    ts = np.array([1_700_000_000_000, 1_720_000_000_000, 0, 1_720_000_000_000])
    codes = np.array([zones.code(name) for name in names])
    minutes, weekdays = zones.local_minutes(codes, ts)
    expected = [_found(Zones(), name, ts[[row]])[0] for row, name in enumerate(names)]
    assert list(zip(minutes.tolist(), weekdays.tolist(), strict=True)) == expected


def test_any_age_has_a_local_time() -> None:
    """Beyond the tables the nearest offset is taken; no time is an error."""
    zones = Zones()
    codes = np.full(3, zones.code("Asia/Kolkata"))
    extremes = np.array([-(2**53), 0, 2**53])
    shift = zones.local_seconds(codes, extremes) - extremes // 1000
    assert shift.tolist() == [19_800] * 3


def test_a_zone_has_one_code() -> None:
    """Codes are small, stable within a process, and lead back to the name."""
    zones = Zones()
    codes = [zones.code(name) for name in ("Asia/Tokyo", "UTC", "Asia/Tokyo")]
    assert codes == [0, 1, 0]
    assert zones.name(1) == "UTC"


@pytest.mark.parametrize(
    "name", ["", "asia/tokyo", "Asia", "Asia/Atlantis", "../etc/passwd", "/etc/localtime", "a\0b"]
)
def test_what_is_no_zone_is_refused(name: str) -> None:
    """Names are exact, and never lead to a file that is no zone."""
    assert not is_zone(name)
    with pytest.raises(ValueError, match="no IANA time zone"):
        Zones().code(name)


def test_threads_agree_on_codes() -> None:
    """Partitions that restore at a time meet the same zones, each first somewhere else."""
    names = ["Asia/Tokyo", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "UTC"]
    for _ in range(20):
        zones = Zones()
        turns = [names[turn:] + names[:turn] for turn in range(len(names))]
        with ThreadPoolExecutor(len(turns)) as pool:
            codes = list(pool.map(lambda turn, of=zones: [*map(of.code, turn)], turns))
        for turn, found in zip(turns, codes, strict=True):
            assert [zones.name(code) for code in found] == turn
        assert sorted(codes[0]) == list(range(len(names)))
        minutes, _ = zones.local_minutes(np.array(codes[0]), np.zeros(len(names), np.int64))
        assert minutes.tolist() == [540, 60, 1140, 345, 0]
