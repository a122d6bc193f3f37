"""The words: the stream's own copy in the user's language with every slot filled, or built in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from wirecheck.person import Person
from wirecheck.records import Violation
from wirecheck.rules import Rules
from wirecheck.schedule import Schedule, Show

__all__ = ["check_wording"]

SLOT = re.compile(r"\{\{\s*(\w+)\s*\}\}")
SPOKEN = ("zh", "en")


def check_wording(
    reminder: dict[str, Any], person: Person, show: Show, schedule: Schedule, rules: Rules
) -> Iterator[Violation]:
    """Host, deeplink, media, copy and locale against what is in force."""
    name, fields = reminder["reminder_id"], show.fields
    if reminder["host_id"] != fields["host_id"]:
        yield Violation("host", f"{name}: {reminder['host_id']} is not {fields['host_id']}")
    link = fields.get("deeplink")
    if link and not str(reminder["deeplink"]).startswith(link.split("?")[0].split("#")[0]):
        yield Violation("deeplink", f"{name}: {reminder['deeplink']} is not {link}")
    covers = {one["cover_id"]: one for one in fields.get("covers") or []}
    cover, media = covers.get(reminder["cover_id"]), reminder["media"]
    if cover is None:
        if media is not None or reminder["cover_id"] is not None:
            yield Violation("cover", f"{name}: {reminder['cover_id']}, {media} of {covers}")
    elif media != {"url": cover["url"], "kind": cover["kind"]}:
        yield Violation("cover", f"{name}: {media} is not {cover}")
    yield from _check_language(reminder, person, rules)
    if reminder["copy_id"] in schedule.copy_ids:
        yield from _check_copy(reminder, person, fields)


def _language(locale: str) -> str:
    return locale.split("-", maxsplit=1)[0].lower()


def _check_language(reminder: dict[str, Any], person: Person, rules: Rules) -> Iterator[Violation]:
    name, language = reminder["reminder_id"], _language(person.locale(rules))
    if language in SPOKEN and _language(reminder["locale"]) != language:
        yield Violation("locale", f"{name}: {reminder['locale']} for {person.locale(rules)}")


def _check_copy(
    reminder: dict[str, Any], person: Person, fields: dict[str, Any]
) -> Iterator[Violation]:
    name = reminder["reminder_id"]
    chosen = [one for one in fields.get("copies") or [] if one["copy_id"] == reminder["copy_id"]]
    if not chosen:
        yield Violation("copy", f"{name}: no copy {reminder['copy_id']}")
        return
    for part in ("title", "body"):
        if not any(
            re.fullmatch(_rendered(one[part], person, fields), reminder[part], re.DOTALL)
            for one in chosen
        ):
            yield Violation("copy", f"{name}: {reminder[part]!r} of {chosen[0][part]!r}")


def _rendered(template: str, person: Person, fields: dict[str, Any]) -> str:
    """What a plain template may become, as a pattern; an unfilled slot matches nothing."""
    slots: dict[str, list[str]] = {
        "nickname": [person.field("nickname") or ""],
        "host_name": [fields.get("host_name") or ""],
        "stream_title": [fields["title"]],
        "product_name": [one["name"] for one in fields.get("products") or []],
    }
    pattern, at = "", 0
    for slot in SLOT.finditer(template):
        pattern += re.escape(template[at : slot.start()])
        values = [re.escape(value) for value in slots.get(slot[1], []) if value]
        starts_in = slot[1] == "starts_in"
        pattern += ".+" if starts_in else f"(?:{'|'.join(values)})" if values else r"(?!)"
        at = slot.end()
    return pattern + re.escape(template[at:])
