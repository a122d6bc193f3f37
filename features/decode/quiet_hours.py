"""Times of day of quiet hours."""

from __future__ import annotations

import re

__all__ = ["minute_of_day"]

_HH_MM = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])", re.ASCII)


def minute_of_day(text: str) -> int | None:
    """Minutes since local midnight of `HH:MM`, 00:00 to 23:59; None when it is none.

    >>> minute_of_day("22:30"), minute_of_day("24:00"), minute_of_day("7:00")
    (1350, None, None)
    """
    found = _HH_MM.fullmatch(text)
    return int(found[1]) * 60 + int(found[2]) if found else None
