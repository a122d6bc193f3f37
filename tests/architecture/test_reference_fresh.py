"""The generated reference of the wire is what the code says, and what the contract says."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from streams.reference import pages
from streams.reference.wire_records import WIRE_RECORDS, WireRecord

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
PAGES = pages()

# Wire contract 1, by topic: what is required, then the other fields.
REQUIRED = {
    "interactions": "event_id type user_id ts",
    "feedback": "event_id type user_id ts",
    "profiles": "user_id ts",
    "streams": "stream_id ts status",
    "reminders": """
        reminder_id user_id stream_id host_id rung intent channel send_ts start_ts expires_ts
        title body locale copy_id cover_id media deeplink actions score reasons experiment policy
        propensity model_version
    """,
    "kpis": """
        scope id from_ts to_ts eligible sent delivered opened reserved reservers_attended attended
        purchased muted revenue rates lift diagnosis
    """,
    "watermarks": "partition clock_ts offsets reminders_end_offset",
    "clock": "ts",
}
OPTIONAL = {
    "interactions": "stream_id host_id category product_id query dwell_ms amount reminder_id",
    "feedback": "reminder_id",
    "profiles": """
        nickname gender age_band region timezone locale consent quiet_hours categories erase
    """,
    "streams": """
        host_id title start_ts end_ts host_name category description tags products covers copies
        max_invites deeplink
    """,
}
ADDED = {"streams": "strategy", "kpis": "offered_entropy"}
"""Optional fields that came after version 1 was fixed, as it allows."""


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_is_current(name: str) -> None:
    """`make reference` would change nothing."""
    assert (REFERENCE / name).read_text(encoding="utf-8") == PAGES[name]


def test_no_page_is_left_over() -> None:
    """A schema whose record is gone is gone too."""
    found = {f"schemas/{path.name}" for path in (REFERENCE / "schemas").iterdir()}
    assert found == {name for name in PAGES if name.startswith("schemas/")}


@pytest.mark.parametrize("record", WIRE_RECORDS, ids=lambda record: str(record.topic))
def test_a_record_has_the_fields_of_the_contract(record: WireRecord) -> None:
    """The names and what is required; nothing more, nothing less."""
    fields = msgspec.structs.fields(record.struct)
    required = {field.name for field in fields if field.required}
    optional = {field.name for field in fields if not field.required}
    assert required == set(REQUIRED[record.topic].split())
    assert optional == {
        *OPTIONAL.get(record.topic, "").split(),
        *ADDED.get(record.topic, "").split(),
    }
