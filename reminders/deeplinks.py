"""Where a tap leads: the stream's deeplink, with what the platform needs to attribute the tap."""

from __future__ import annotations

from urllib.parse import quote

__all__ = ["action_url", "stream_url"]

_OURS = ("action", "reminder_id")


def stream_url(deeplink: str | None, stream_id: str) -> str:
    """Return the stream's own deeplink, else one of our making.

    >>> stream_url(None, "a/b 1")
    'livecue://streams/a%2Fb%201'
    """
    return deeplink or f"livecue://streams/{quote(stream_id, safe='')}"


def action_url(url: str, action: str) -> tuple[str, str]:
    """Return what stands before and after the reminder id in the URL of a button.

    Other parameters and the fragment stay; `action` and `reminder_id` are replaced.

    >>> action_url("https://x.example/s?a=1&action=old#top", "open")
    ('https://x.example/s?a=1&action=open&reminder_id=', '#top')
    """
    address, hash_sign, fragment = url.partition("#")
    path, _, query = address.partition("?")
    kept = [
        parameter
        for parameter in query.split("&")
        if parameter and parameter.partition("=")[0] not in _OURS
    ]
    parameters = "&".join([*kept, f"action={action}", "reminder_id="])
    return f"{path}?{parameters}", hash_sign + fragment
