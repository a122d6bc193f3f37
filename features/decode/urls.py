"""URLs that a push may open."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

__all__ = ["is_url"]

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s\x00-\x1f\x7f-\x9f<>\"\\^`]+")
_REFUSED = {"javascript", "data", "vbscript", "file", "blob", "about"}


def is_url(url: str) -> bool:
    """Tell whether the URL is absolute (`scheme://…`) and safe to open; any app scheme will do.

    >>> is_url("https://live.example/s1"), is_url("shop://room/1"), is_url("javascript://%0aalert(1)")
    (True, True, False)
    """
    if _URL.fullmatch(url) is None:
        return False
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    if parts.scheme in ("http", "https") and (not parts.hostname or port == 0):
        return False
    return parts.scheme not in _REFUSED
