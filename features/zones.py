"""Local time for whole columns: zone names as small codes, offsets exact across DST."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from zoneinfo import ZoneInfo, available_timezones

import numpy as np
import numpy.typing as npt

from features.hashing import IntArray

__all__ = ["Zones", "is_zone"]

_FIRST_S = int(datetime(2000, 1, 1, tzinfo=UTC).timestamp())
_LAST_S = int(datetime(2101, 1, 1, tzinfo=UTC).timestamp())
_PROBE_S = 7 * 86_400
_SPAN_S = 1 << 36
"""Keys of one zone, apart from the next one's: seconds since 1970 stay below it until 4147."""


@cache
def _zone_names() -> frozenset[str]:
    return frozenset(available_timezones() - {"localtime"})


def is_zone(name: str) -> bool:
    """Return whether `name` is an IANA zone, spelled exactly.

    >>> is_zone("Asia/Shanghai"), is_zone("Asia/Atlantis")
    (True, False)
    """
    return name in _zone_names()


class Zones:
    """Zone names and their codes, small integers of this process, with exact local times.

    Offsets are exact from 2000 to the end of 2100; before and after, the nearest one is taken.

    >>> zones = Zones()
    >>> code = zones.code("Asia/Kathmandu")
    >>> minute, weekday = zones.local_minutes(np.array([code]), np.array([0]))
    >>> divmod(int(minute[0]), 60), int(weekday[0])
    ((5, 45), 3)
    """

    def __init__(self) -> None:
        self._next = count()
        self._codes: dict[str, int] = {}
        self._tables: dict[int, tuple[str, IntArray, IntArray]] = {}
        self._merged = 0, np.empty(0, np.int64), np.empty(0, np.int64)

    def code(self, name: str) -> int:
        """Return the code of a zone, a new one at its first use; `ValueError` if there is none.

        Several threads may ask: the table of a code is there before anybody is told of it, and of
        two codes for one name the later stays unused.
        """
        code = self._codes.get(name)
        if code is None:
            if not is_zone(name):
                raise ValueError(f"{name!r} is no IANA time zone")
            starts, offsets = _transitions(name)
            new = next(self._next)
            self._tables[new] = name, starts + new * _SPAN_S, offsets
            code = self._codes.setdefault(name, new)
        return code

    def name(self, code: int) -> str:
        """Return the zone of a code."""
        return self._tables[code][0]

    def _changes(self) -> tuple[IntArray, IntArray]:
        """Return the keys of all changes in order, and the offset from each on."""
        known, keys, offsets = self._merged
        if known < len(self._tables):
            tables = [table for _, table in sorted(self._tables.copy().items())]
            keys = np.concatenate([starts for _, starts, _ in tables])
            offsets = np.concatenate([own for *_, own in tables])
            self._merged = len(tables), keys, offsets
        return keys, offsets

    def local_seconds(self, codes: npt.NDArray[np.integer], ts: IntArray) -> IntArray:
        """Return local wall-clock seconds since 1970-01-01, int64[n]; `ts` in epoch ms (UTC)."""
        seconds = ts // 1000
        keys = np.clip(seconds, _FIRST_S, _LAST_S) + codes.astype(np.int64) * _SPAN_S
        begins, offsets_s = self._changes()
        offsets = offsets_s[np.searchsorted(begins, keys, side="right") - 1]
        return np.asarray(seconds + offsets, dtype=np.int64)

    def local_minutes(
        self, codes: npt.NDArray[np.integer], ts: IntArray
    ) -> tuple[IntArray, IntArray]:
        """Return minute of the local day and local weekday (0 = Monday), int64[n] each."""
        local = self.local_seconds(codes, ts)
        days = local // 86_400
        return (local - days * 86_400) // 60, (days + 3) % 7


@cache
def _transitions(name: str) -> tuple[IntArray, IntArray]:
    """Return from when (epoch s) each offset (s) of a zone holds, from 2000 to 2100.

    Found by weekly probes and bisection, since `zoneinfo` does not tell: no zone has had two
    changes within a week that cancel each other out.
    """
    zone = ZoneInfo(name)

    def offset(second: int) -> int:
        delta = datetime.fromtimestamp(second, zone).utcoffset() or timedelta()
        return delta.days * 86_400 + delta.seconds

    starts, offsets = [_FIRST_S], [offset(_FIRST_S)]
    for probe in range(_FIRST_S + _PROBE_S, _LAST_S + _PROBE_S, _PROBE_S):
        now = offset(probe)
        while now != offsets[-1]:
            low, high = max(probe - _PROBE_S, starts[-1]), probe
            while high - low > 1:
                middle = (low + high) // 2
                if offset(middle) == offsets[-1]:
                    low = middle
                else:
                    high = middle
            starts.append(high)
            offsets.append(offset(high))
    return np.array(starts, dtype=np.int64), np.array(offsets, dtype=np.int64)
