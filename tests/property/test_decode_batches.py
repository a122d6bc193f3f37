"""However values are broken, a batch says of each what it would say of it alone."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from features.decode import decode_feedback, decode_interactions, decode_profiles
from features.raw_records import RawRecords

KEY = b"u"
GOOD = b'{"event_id":"e","type":"like","user_id":"u","ts":1}'
NESTED = GOOD[:-1] + b',"x":[{"a":1},{"b":"},{"}]}'
FRAGMENTS = [
    GOOD,
    NESTED,
    GOOD[:-1],
    GOOD[1:],
    GOOD[:-1] + b',"x":[1',
    GOOD[:-1] + b',"x":[{}',
    GOOD[:-1] + b',"x":"',
    b'","y":"}',
    b"2]}",
    b"{}]}",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b'"',
    b"\\",
    b"1",
    b"null",
    b" ",
    b"\n",
    b"{}",
    b"\xff",
    b"\\ud800",
    b'"u":"\xed\xa0\x80"',
]
fragments = st.lists(st.sampled_from(FRAGMENTS), max_size=6).map(b"".join)
values = st.one_of(fragments, st.just(GOOD), st.just(NESTED), st.binary(max_size=12), st.none())
batches = st.lists(values, max_size=12)


@given(batches)
@example([GOOD + b"," + GOOD, GOOD[:-1] + b',"x":[1', b"2]}"])
@example([GOOD + b"," + GOOD, GOOD[:-1] + b',"x":[{}', b"{}]}"])
@example([GOOD[:-1] + b',"x":[', b"]}", GOOD + b"," + GOOD])
@example([GOOD + b"," + GOOD[:-1], GOOD[1:]])
@example([b'{"a":"', b'"}', GOOD + b"," + GOOD])
@example([GOOD + b",", GOOD])
@example([b"", GOOD, b"," + GOOD])
@example([GOOD + b"],[" + GOOD, GOOD])
def test_a_batch_is_its_records_one_by_one(batch: list[bytes | None]) -> None:
    """Neighbours neither lend nor borrow a byte: records, positions, codes and texts agree."""
    columns, rejected = decode_interactions(RawRecords.of([KEY] * len(batch), batch), None)
    alone = [decode_interactions(RawRecords.of([KEY], [value]), None) for value in batch]
    assert columns.position.tolist() == [i for i, (good, _) in enumerate(alone) if len(good)]
    assert columns.event_h.tolist() == [name for good, _ in alone for name in good.event_h.tolist()]
    assert [(one.position, one.code, one.text) for one in rejected] == [
        (i, one.code, one.text) for i, (_, bad) in enumerate(alone) for one in bad
    ]


@given(values)
def test_what_passes_is_json_for_others_too(value: bytes | None) -> None:
    """A record that passes is one object for Python's own parser; one it refuses is refused."""
    columns, _ = decode_interactions(RawRecords.of([KEY], [value]), None)
    parsed = strictly_parsed(value)
    if len(columns):
        assert isinstance(parsed, dict)
        assert parsed["user_id"] == "u"
    elif isinstance(parsed, dict) and b"\\ud" not in (value or b""):
        assert {"event_id", "type", "user_id", "ts"} - parsed.keys()


def strictly_parsed(value: bytes | None) -> Any:
    """The value by the standard library, without what it allows beyond JSON; None if not JSON."""
    try:
        return json.loads((value or b"").decode(), parse_constant=int)
    except (ValueError, RecursionError):
        return None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
FIELDS = [
    "event_id", "type", "user_id", "ts", "stream_id", "host_id", "query", "dwell_ms", "amount",
    "reminder_id", "nickname", "timezone", "locale", "consent", "quiet_hours", "categories",
    "erase",
]  # fmt: skip
records = st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=5), json_values)


@given(st.lists(records, max_size=5), st.booleans())
def test_any_json_is_decoded_or_refused(some: list[dict[str, Any]], ascii_only: bool) -> None:
    """Every decoder accounts for each record once, whatever its fields hold, and never raises."""
    base = {"event_id": "e", "type": "muted", "user_id": "u", "ts": 1}
    wires = [
        json.dumps(base | record, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
        for record in some
    ]
    keys = [KEY] * len(wires)
    for decode in (decode_interactions, decode_feedback):
        columns, rejected = decode(RawRecords.of(keys, wires), 10**6)
        found = columns.position.tolist() + [one.position for one in rejected]
        assert sorted(found) == list(range(len(wires)))
    updates, rejected = decode_profiles(RawRecords.of(keys, wires), 10**6)
    found = [update.position for update in updates] + [one.position for one in rejected]
    assert sorted(found) == list(range(len(wires)))
    assert all(0 < len(one.text) <= 500 and one.text.isprintable() for one in rejected)
