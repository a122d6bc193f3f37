"""The time to a start in words, rounded as people would say it."""

from __future__ import annotations

import numpy as np

from online_models.arrays import Ints
from reminders.locales import language

__all__ = ["shown_minutes", "starts_in"]

_MINUTE_MS = 60_000
_DAY = 1_440
# Below this many minutes to go, a start is told to the nearest so many minutes.
_UNTIL = np.array([60, 180, 600, 2 * _DAY])
_STEP = np.array([1, 5, 30, 60, _DAY])


def shown_minutes(left_ms: Ints) -> Ints:
    """Return the minutes to say for ``left_ms`` ms to go, ``int64[n]``; 0 under a minute.

    To the minute in the last hour, then to 5 and 30 minutes, to the hour from ten hours on, to the
    day from two days on.

    >>> shown_minutes(np.array([20_000, 14 * 60_000 + 40_000, 118 * 60_000])).tolist()
    [0, 15, 120]
    """
    step_ms = _STEP[np.searchsorted(_UNTIL * _MINUTE_MS, left_ms, side="right")] * _MINUTE_MS
    rounded = (left_ms + step_ms // 2) // step_ms * step_ms // _MINUTE_MS
    return np.where(left_ms < _MINUTE_MS, 0, rounded).astype(np.int64)


def starts_in(minutes: int, locale: str) -> str:
    """Return the slot ``starts_in`` for that many minutes, in the language of `locale`.

    Languages other than Chinese and English get unit symbols, which belong to none.

    >>> starts_in(120, "zh-CN"), starts_in(95, "en"), starts_in(15, "ja")
    ('2小时后', 'in 1 hour 35 minutes', '15 min')
    """
    match language(locale):
        case "zh":
            return _chinese(minutes)
        case "en":
            return _english(minutes)
        case _:
            return _symbols(minutes)


def _split(minutes: int) -> tuple[int, int, int]:
    if minutes >= 2 * _DAY:
        return minutes // _DAY, 0, 0
    return 0, *divmod(minutes, 60)


def _chinese(minutes: int) -> str:
    if minutes <= 0:
        return "马上"
    units = zip(_split(minutes), ("天", "小时", "分钟"), strict=True)
    return "".join(f"{count}{unit}" for count, unit in units if count) + "后"


def _english(minutes: int) -> str:
    if minutes <= 0:
        return "in a moment"
    units = zip(_split(minutes), ("day", "hour", "minute"), strict=True)
    said = (f"{count} {unit}{'s' * (count > 1)}" for count, unit in units if count)
    return "in " + " ".join(said)


def _symbols(minutes: int) -> str:
    units = zip(_split(max(1, minutes)), ("d", "h", "min"), strict=True)
    return " ".join(f"{count} {unit}" for count, unit in units if count)
