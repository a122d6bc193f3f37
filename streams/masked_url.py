"""A server's URL as it may be shown."""

from __future__ import annotations

__all__ = ["masked_url"]


def masked_url(url: str) -> str:
    """The URL without its password and its query, which may hold one: `***` and `?…` instead.

    >>> masked_url("rediss://reader:hunter2@host:6380/0?ssl_password=x")
    'rediss://reader:***@host:6380/0?…'
    """
    scheme, slashes, rest = url.partition("://")
    userinfo, at, tail = rest.rpartition("@")
    if "?" in userinfo:
        # No URL that can be used: what of it is secret cannot be told.
        return f"{scheme}{slashes}…"
    user, colon, _ = userinfo.partition(":")
    place, query, _ = tail.partition("?")
    return f"{scheme}{slashes}{user}{colon and ':***'}{at}{place}{query and '?…'}"
