"""IANA time zone names."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones

__all__ = ["is_timezone"]

_NOT_PLACES = {"localtime", "Factory", "posixrules"}


@cache
def _names() -> frozenset[str]:
    return frozenset(available_timezones() - _NOT_PLACES)


def is_timezone(name: str) -> bool:
    """Tell whether the name is in the IANA time zone database, in the database's letter case.

    >>> is_timezone("Asia/Shanghai"), is_timezone("../etc/passwd"), is_timezone("asia/shanghai")
    (True, False, False)
    """
    return name in _names()
