from __future__ import annotations

import json
from typing import Any

import pytest

from features.decode import ProfileUpdate, decode_profiles
from features.raw_records import RawRecords

NOW = 1_750_000_000_000


def wire(**fields: Any) -> bytes:
    """A profile with some fields."""
    return json.dumps({"user_id": "u", "ts": NOW} | fields).encode()


def one(value: bytes | None, key: bytes | None = b"u") -> ProfileUpdate:
    """The update of one good record."""
    updates, rejected = decode_profiles(RawRecords.of([key], [value]), NOW)
    assert not rejected
    return updates[0]


def test_only_fields_that_are_present_are_updated() -> None:
    """Missing keeps, null is the default, a value is itself."""
    assert one(wire()).fields == {}
    fields = one(wire(nickname=None, region="SH", locale=None, categories=None)).fields
    assert fields == {"nickname": None, "region": "SH", "locale": None, "categories": None}


@pytest.mark.parametrize(
    ("consent", "fields"),
    [
        ({"push": False}, {"consent.push": False}),
        ({"personalization": None}, {"consent.personalization": None}),
        ({}, {}),
        ({"other": 1}, {}),
        (None, {"consent.push": None, "consent.personalization": None}),
    ],
)
def test_consent_is_two_fields(consent: Any, fields: dict[str, Any]) -> None:
    """A key missing in `consent` keeps its value."""
    assert one(wire(consent=consent)).fields == fields


@pytest.mark.parametrize("hours", [{"start": "22:00", "end": "08:00"}, None])
def test_quiet_hours_stay_as_they_were_sent(hours: Any) -> None:
    """Null means none, which is a value and not the default."""
    assert one(wire(quiet_hours=hours)).fields == {"quiet_hours": hours}


def test_erasure_keeps_nothing() -> None:
    """`erase` true forgets the user, whatever else the record holds; false and null do not."""
    erased = one(wire(erase=True, nickname="N"))
    assert erased.erase
    assert not erased.tombstone
    assert erased.fields == {}
    assert not one(wire(erase=False)).erase
    assert not one(wire(erase=None)).erase


def test_a_record_without_value_is_an_erasure_without_time() -> None:
    """A tombstone names the user by its key."""
    update = one(None, "用户".encode())
    assert update == ProfileUpdate(0, "用户", ts=-1, erase=True, tombstone=True, fields={})


@pytest.mark.parametrize(
    ("key", "code"),
    [
        (None, "key_missing"),
        (b"", "empty_id"),
        (b"x" * 129, "id_too_long"),
        (b"\xff", "not_utf8"),
    ],
)
def test_a_tombstone_needs_a_user(key: bytes | None, code: str) -> None:
    """Without an id there is nobody to forget."""
    updates, rejected = decode_profiles(RawRecords.of([key], [None]), NOW)
    assert updates == []
    assert [r.code for r in rejected] == [code]


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (wire(timezone="Mars/Olympus"), "invalid_timezone"),
        (wire(timezone=""), "invalid_timezone"),
        (wire(timezone="asia/shanghai"), "invalid_timezone"),
        (wire(timezone="../etc/passwd"), "invalid_timezone"),
        (wire(timezone="/usr/share/zoneinfo/UTC"), "invalid_timezone"),
        (wire(timezone="Asia/../UTC"), "invalid_timezone"),
        (wire(timezone="localtime"), "invalid_timezone"),
        (wire(timezone="Asia"), "invalid_timezone"),
        (wire(timezone="UTC\0"), "invalid_timezone"),
        (wire(timezone="+08:00"), "invalid_timezone"),
        (wire(timezone=8), "wrong_type"),
        (wire(locale="zh_CN"), "invalid_locale"),
        (wire(locale=""), "invalid_locale"),
        (wire(locale="c"), "invalid_locale"),
        (wire(locale="en-"), "invalid_locale"),
        (wire(locale="中文"), "invalid_locale"),
        (wire(locale="en-US\n"), "invalid_locale"),
        (wire(quiet_hours={"start": "25:99", "end": "08:00"}), "invalid_quiet_hours"),
        (wire(quiet_hours={"start": "22:00", "end": "24:00"}), "invalid_quiet_hours"),
        (wire(quiet_hours={"start": "7:00", "end": "08:00"}), "invalid_quiet_hours"),
        (wire(quiet_hours={"start": "22:00\n", "end": "08:00"}), "invalid_quiet_hours"),
        (wire(quiet_hours={"start": "\uff12\uff12:00", "end": "08:00"}), "invalid_quiet_hours"),
        (wire(quiet_hours={"start": "", "end": "08:00"}), "invalid_quiet_hours"),
        (wire(quiet_hours={"start": "22:00"}), "missing_field"),
        (wire(quiet_hours={"start": None, "end": "08:00"}), "missing_field"),
        (wire(quiet_hours={"start": 22, "end": 8}), "wrong_type"),
        (wire(quiet_hours="22:00-08:00"), "wrong_type"),
        (wire(quiet_hours=False), "wrong_type"),
        (wire(consent=True), "wrong_type"),
        (wire(consent={"push": "yes"}), "wrong_type"),
        (wire(consent={"push": 1}), "wrong_type"),
        (wire(categories="beauty"), "wrong_type"),
        (wire(categories=["beauty", 5]), "wrong_type"),
        (wire(categories=["beauty", None]), "missing_field"),
        (wire(categories=["c"] * 101), "too_many_items"),
        (wire(erase="true"), "wrong_type"),
        (wire(erase=1), "wrong_type"),
        (wire(nickname="x" * 1_000_000), "text_too_long"),
        (wire(nickname=7), "wrong_type"),
        (wire(ts=NOW + 1), "future_ts"),
        (wire(user_id="v"), "key_mismatch"),
        (b"null", "wrong_type"),
        (b"", "not_json"),
    ],
)
def test_a_bad_profile_is_refused_between_good_ones(value: bytes, code: str) -> None:
    """The bad one has its code; a tombstone and a good profile beside it stay."""
    updates, rejected = decode_profiles(RawRecords.of([b"u"] * 3, [None, value, wire()]), NOW)
    assert [update.position for update in updates] == [0, 2]
    assert [(r.position, r.code) for r in rejected] == [(1, code)]
    assert "send" in rejected[0].text


@pytest.mark.parametrize(
    "fields",
    [
        {"timezone": "America/Argentina/Buenos_Aires"},
        {"timezone": "Etc/GMT+8"},
        {"timezone": "UTC"},
        {"timezone": "US/Pacific"},
        {"locale": "zh-Hans-CN"},
        {"locale": "EN-us"},
        {"locale": "de-1996-u-co-phonebk-x-priv"},
        {"locale": "es-419"},
        {"locale": "i-klingon"},
        {"nickname": ""},
        {"nickname": "😀\u202e"},
        {"categories": []},
        {"later_field": {"x": [1]}},
    ],
)
def test_odd_but_valid_profiles_pass(fields: dict[str, Any]) -> None:
    """What the standards allow passes."""
    one(wire(**fields))
