"""The reference page of the view, made from its layout."""

from __future__ import annotations

from streams.view.keys import VIEW_VERSION
from streams.view.layout import LAYOUT, ViewKey

__all__ = ["view_page"]

_HEAD = """\
# The Redis view

Written by `make reference`: do not edit.

What other services and the console may read of Livecue in Redis or Valkey (`redis.url`), version
{version}. It is a view, never the truth: workers write it behind, bounded by
`redis.max_users_per_s`, after each committed transaction, and go on without it when it is away,
slow or full. When it is back, when it was emptied, and when a worker takes a partition over, all
users are written anew; `partition:{{P}}` says while that lasts. Reminders that were sent while it
was away are the one thing that may be missing for good: they are in topic `reminders`.

Keys begin with `APP_ID:v{version}:` (`app_id`, by default `topics.prefix` without its dot). USER
and STREAM stand in braces, so that all keys of a user are in one slot and one `UNLINK` erases
them; in them `%` is written `%25`, `{{` `%7B`, `}}` `%7D`, and all else as it is. New fields
and keys may come within a version; anything else begins a new one. Read
fields that are missing as nothing known, counts as 0.

A user is written as a whole, by one script: nobody sees a user half written. The server must let
scripts run, and must not be a Redis Cluster. Who refuses personalization has exact counts and
settings here, no tags and nothing else that is inferred from behaviour. Names, gender, age band
and region are not here at all.

| key | type | what | expires |
| --- | --- | --- | --- |
{keys}

{sections}
"""


def view_page() -> str:
    """The page as Markdown."""
    keys = "\n".join(
        f"| `{key.key}` | {key.type} | {key.meaning} | {key.expires} |" for key in LAYOUT
    )
    sections = "\n\n".join(map(_section, LAYOUT))
    return _HEAD.format(version=VIEW_VERSION, keys=keys, sections=sections)


def _section(key: ViewKey) -> str:
    kind = "field" if key.type == "hash" else "member"
    rows = "\n".join(f"| `{field.name}` | {field.meaning} |" for field in key.fields)
    return f"## `{key.key}`\n\n| {kind} | meaning |\n| --- | --- |\n{rows}"
