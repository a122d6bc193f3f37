"""Which error code each kind of bad record must get, by the reference of error codes."""

from __future__ import annotations

__all__ = ["code_of"]

_CODES: dict[str, tuple[str, ...]] = {
    "not_json": (
        *("not json", "empty", "blank", "cut short", "two values", "two values with comma"),
        *("escape from a list", "byte order mark", "NaN", "Infinity", "raw control character"),
    ),
    "not_utf8": ("utf-16", "not utf-8"),
    "missing_field": (
        *("empty object", "no id", "no ts", "no type", "no event_id", "no status"),
        *("reserve without stream", "enter without stream", "watch without stream"),
        *("leave without stream", "follow without host", "unfollow without host"),
        *("search without query", "opened without reminder", "delivered without reminder"),
        *("quiet hours half", "product without name"),
    ),
    "too_deep": ("deep arrays", "deep objects", "never closed"),
    "lone_surrogate": ("lone high surrogate", "lone low surrogate"),
    "empty_id": ("empty id", "empty stream_id"),
    "id_too_long": ("1 MB id", "long event_id"),
    "key_mismatch": (
        *("another id than the key", "another key", "key in quotes", "key not utf-8"),
    ),
    "future_ts": ("ts in microseconds", "ts ahead of the clock"),
    "out_of_range": ("huge ts", "negative dwell", "negative amount", "negative max_invites"),
    "unknown_type": ("unknown type", "type in capitals"),
    "unknown_value": ("unknown status", "cover of unknown kind"),
    "key_missing": ("no key",),
    "null_value": ("no value",),
    "invalid_timezone": ("unknown zone", "zone as path", "offset as zone"),
    "invalid_locale": ("locale no tag",),
    "invalid_quiet_hours": ("quiet hours 25:99",),
    "missing_when_scheduled": (
        *("scheduled without start", "scheduled without host", "scheduled without title"),
    ),
}
_BY_NAME = {name: code for code, names in _CODES.items() for name in names}


def code_of(name: str) -> str:
    """The code of a kind of bad record; all that are not named have another JSON type."""
    return _BY_NAME.get(name, "wrong_type")
