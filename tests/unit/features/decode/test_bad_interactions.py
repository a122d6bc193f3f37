from __future__ import annotations

import json
from typing import Any

import pytest

from features.decode import decode_interactions
from features.decode.codes import ERROR_CODES
from features.hashing import hash64
from features.raw_records import RawRecords

NOW = 1_750_000_000_000
GOOD: dict[str, Any] = {
    "event_id": "e1",
    "type": "watch",
    "user_id": "u1",
    "ts": NOW,
    "stream_id": "s1",
    "dwell_ms": 5,
}


def wire(**changes: Any) -> bytes:
    """A good record with some fields changed; `...` leaves a field out."""
    fields = {**GOOD, **changes}
    return json.dumps({k: v for k, v in fields.items() if v is not ...}).encode()


def raw(name: str, text: bytes) -> bytes:
    """A good record with one more field, its value given as bytes."""
    return wire()[:-1] + b', "' + name.encode() + b'": ' + text + b"}"


def nested(depth: int) -> bytes:
    """A record of which an unknown field nests so that the whole is `depth` deep."""
    return raw("unknown", b"[" * (depth - 1) + b"]" * (depth - 1))


BAD = [
    (None, "null_value", "no value"),
    (b"", "not_json", "no bytes"),
    (b"  \n", "not_json", "no bytes"),
    (b"not json", "not_json", "not json"),
    (b"NaN", "not_json", "NaN"),
    (wire()[:-1], "not_json", "truncated"),
    (wire() + b"}", "not_json", "trailing"),
    (wire() + wire(), "not_json", "trailing"),
    (wire() + b"," + wire(), "not_json", "trailing"),
    (b"\xef\xbb\xbf" + wire(), "not_json", "byte 0"),
    (wire().decode().encode("utf-16"), "not_utf8", "byte 0"),
    (raw("amount", b"NaN"), "not_json", "NaN"),
    (raw("unknown", b"Infinity"), "not_json", "Infinity"),
    (raw("unknown", b"01"), "not_json", "number"),
    (raw("unknown", b'"\x01"'), "not_json", "byte"),
    (raw("unknown", b"tru"), "not_json", "byte"),
    (b"{'event_id': 'e1'}", "not_json", "byte"),
    (wire()[:-1] + b",}", "not_json", "comma"),
    (b"[]", "wrong_type", "JSON object"),
    (b"[" + wire() + b"]", "wrong_type", "JSON object"),
    (b"null", "wrong_type", "JSON object"),
    (b"17", "wrong_type", "JSON object"),
    (b'"{}"', "wrong_type", "JSON object"),
    (b"true", "wrong_type", "JSON object"),
    (b"{}", "missing_field", "event_id"),
    (wire(event_id=...), "missing_field", "event_id"),
    (wire(event_id=None), "missing_field", "event_id"),
    (wire(type=...), "missing_field", "type"),
    (wire(user_id=...), "missing_field", "user_id"),
    (wire(ts=...), "missing_field", "ts"),
    (wire(ts=None), "missing_field", "ts"),
    (wire(event_id=1), "wrong_type", "event_id"),
    (wire(user_id=["u1"]), "wrong_type", "user_id"),
    (wire(ts=str(NOW)), "wrong_type", "ts"),
    (wire(ts=float(NOW)), "wrong_type", "ts"),
    (wire(ts=True), "wrong_type", "ts"),
    (wire(ts="2025-06-15T00:00:00Z"), "wrong_type", "ts"),
    (wire(ts=10**19), "out_of_range", "ts"),
    (wire(ts=10**30), "out_of_range", "ts"),
    (wire(ts=-(10**30)), "out_of_range", "ts"),
    (wire(ts=2**63 - 1), "out_of_range", "ts"),
    (wire(ts=-(2**63)), "out_of_range", "ts"),
    (wire(ts=NOW + 1), "future_ts", "1 ms too far ahead"),
    (wire(ts=NOW * 1000), "future_ts", "milliseconds"),
    (wire(type="wink"), "unknown_type", "one of `app_open`"),
    (wire(type="WATCH"), "unknown_type", "WATCH"),
    (wire(type=""), "unknown_type", "type"),
    (wire(type=3), "wrong_type", "type"),
    (wire(type=None), "missing_field", "type"),
    (wire(event_id=""), "empty_id", "1 to 128"),
    (wire(user_id=""), "empty_id", "user_id"),
    (wire(stream_id=""), "empty_id", "stream_id"),
    (wire(host_id=""), "empty_id", "host_id"),
    (wire(reminder_id=""), "empty_id", "reminder_id"),
    (wire(event_id="x" * 129), "id_too_long", "129 characters"),
    (wire(user_id="x" * 1_000_000), "id_too_long", "1000000 characters"),
    (wire(product_id="中" * 129), "id_too_long", "product_id"),
    (wire(query="x" * 1_000_000), "text_too_long", "query"),
    (wire(category="x" * 1_025), "text_too_long", "category"),
    (wire(category=5), "wrong_type", "category"),
    (wire(stream_id=...), "missing_field", "with every `watch`"),
    (wire(stream_id=None), "missing_field", "stream_id"),
    (wire(type="reserve", stream_id=...), "missing_field", "with every `reserve`"),
    (wire(type="enter", stream_id=...), "missing_field", "with every `enter`"),
    (wire(type="leave", stream_id=...), "missing_field", "with every `leave`"),
    (wire(type="follow"), "missing_field", "host_id"),
    (wire(type="unfollow"), "missing_field", "host_id"),
    (wire(type="search"), "missing_field", "query"),
    (wire(dwell_ms=-1), "out_of_range", "dwell_ms"),
    (wire(dwell_ms=1.5), "wrong_type", "dwell_ms"),
    (wire(dwell_ms="5"), "wrong_type", "dwell_ms"),
    (wire(dwell_ms=10**25), "out_of_range", "dwell_ms"),
    (wire(amount=-0.01), "out_of_range", "amount"),
    (wire(amount="9.99"), "wrong_type", "amount"),
    (wire(amount=True), "wrong_type", "amount"),
    (raw("amount", b"1e999"), "out_of_range", "amount"),
    (raw("amount", b"-1e999"), "out_of_range", "amount"),
    (nested(101), "too_deep", "100 deep"),
    (nested(100_000), "too_deep", "100 deep"),
    (b"[" * 100_000, "too_deep", "100 deep"),
    (b'{"a":' * 200 + b"1" + b"}" * 200, "too_deep", "100 deep"),
    (raw("unknown", b'"\\ud800"'), "lone_surrogate", "surrogate"),
    (raw("unknown", b'"\\udc00"'), "lone_surrogate", "surrogate"),
    (raw("unknown", b'"\\ud83d\\u0041"'), "lone_surrogate", "surrogate"),
    (raw("unknown", b'{"deep": ["\\uD800x"]}'), "lone_surrogate", "surrogate"),
    (raw("\\ud800", b"1"), "lone_surrogate", "surrogate"),
    (raw("category", b'"\\ud83d"'), "lone_surrogate", "surrogate"),
    (raw("unknown", b'"\xed\xa0\x80"'), "lone_surrogate", "surrogate"),
    (raw("unknown", b'"\xff"'), "not_utf8", "0xff"),
    (raw("unknown", b'"\xc0\x80"'), "not_utf8", "0xc0"),
    (raw("category", b'"\xe4\xb8"'), "not_utf8", "UTF-8"),
]


@pytest.mark.parametrize(("value", "code", "says"), BAD)
def test_a_bad_record_is_refused_with_a_text_that_helps(
    value: bytes | None, code: str, says: str
) -> None:
    """Each bad record has its code, and a bounded text that names field and remedy."""
    columns, rejected = decode_interactions(RawRecords.of([b"u1"], [value]), NOW)
    assert len(columns) == 0
    assert [(one.position, one.code) for one in rejected] == [(0, code)]
    assert says in rejected[0].text
    assert "send" in rejected[0].text
    assert len(rejected[0].text) <= 500
    assert code in ERROR_CODES


def test_bad_records_never_disturb_their_neighbours() -> None:
    """All bad records at once, a good one between any two: all good ones come out, in order."""
    values = [v for value, _, _ in BAD for v in (value, wire(event_id="good"))]
    columns, rejected = decode_interactions(RawRecords.of([b"u1"] * len(values), values), NOW)
    assert columns.position.tolist() == list(range(1, len(values), 2))
    assert set(columns.event_h.tolist()) == {hash64("good")}
    assert [one.position for one in rejected] == list(range(0, len(values), 2))
    assert [one.code for one in rejected] == [code for _, code, _ in BAD]


@pytest.mark.parametrize(
    ("key", "code"),
    [
        (None, "key_missing"),
        (b"", "key_mismatch"),
        (b"u2", "key_mismatch"),
        (b'"u1"', "key_mismatch"),
        (b"u1 ", "key_mismatch"),
        (b"\xff\xfe", "key_mismatch"),
    ],
)
def test_the_key_is_the_user(key: bytes | None, code: str) -> None:
    """A record under another key would lie in another user's partition."""
    columns, rejected = decode_interactions(RawRecords.of([key], [wire()]), NOW)
    assert len(columns) == 0
    assert [one.code for one in rejected] == [code]
    assert "u1" in rejected[0].text


GOOD_VARIANTS = [
    wire(),
    wire(ts=0),
    wire(ts=-5_000_000_000_000),
    wire(ts=-(2**53) + 1),
    wire(event_id="x" * 128),
    wire(event_id="中" * 128),
    wire(event_id="😀" * 128),
    wire(event_id=" "),
    wire(host_id=None, category=None, query=None, dwell_ms=None, amount=None, reminder_id=None),
    wire(amount=0),
    wire(amount=1e308),
    wire(amount=3),
    wire(dwell_ms=0),
    wire(dwell_ms=2**53 - 1),
    wire(type="app_open", stream_id=...),
    wire(type="search", query=""),
    wire(unknown={"any": [1, None, {"x": "y"}]}),
    wire(unknown="x" * 1_000_000),
    wire(unknown="}, {"),
    nested(50),
    nested(100),
    raw("unknown", b"1e999"),
    raw("unknown", b'"\\ud83d\\ude00 \\\\ud800 \\u0000"'),
    raw("unknown", b'"' + b"[{" * 5_000 + b'"'),
    raw("unknown", b'[{"a":1}, {"a":2}]'),
    raw("ts", str(NOW - 7).encode()),
    b" \r\n\t" + wire() + b"\n",
    wire().replace(b'"ts"', b'"\\u0074s"'),
    b'{"ts": "wrong at first, right at last",' + wire()[1:],
    json.dumps({**GOOD, "note": "plain"}, indent=4).encode(),
]


@pytest.mark.parametrize("value", GOOD_VARIANTS)
def test_odd_but_valid_records_pass(value: bytes) -> None:
    """What the contract allows passes, alone and between neighbours."""
    assert not decode_interactions(RawRecords.of([b"u1"], [value]), NOW)[1]
    columns, rejected = decode_interactions(
        RawRecords.of([b"u1"] * 3, [wire(), value, wire()]), NOW
    )
    assert not rejected
    assert columns.position.tolist() == [0, 1, 2]


def test_no_clock_means_no_future() -> None:
    """Without a bound any `ts` passes."""
    assert not decode_interactions(RawRecords.of([b"u1"], [wire(ts=NOW * 100)]), None)[1]
