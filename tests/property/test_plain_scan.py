"""The compiled scan of interactions says nothing else than msgspec, whatever the bytes are."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import pytest
from badwire.records import bad_records
from hypothesis import example, given, settings
from hypothesis import strategies as st

from features.contracts import INTERACTION_TYPES, TYPE_CODE
from features.decode import decode_interactions, read_interactions
from features.decode.plain_interactions import NEEDS, scan_interactions
from features.hashing import hash64
from features.raw_records import RawRecords
from streams.testing import interaction

NOW = 1_750_000_000_000
GOOD = interaction(
    "u1",
    "purchase",
    NOW,
    stream_id="s-88",
    host_id="主播",
    category="美妆",
    product_id="p",
    query="q",
    dwell_ms=5,
    amount=129.9,
    reminder_id="r",
    device={"os": "x"},
)[1].replace(b'{"os":"x"}', b"-0.5")

Pairs = Sequence[tuple[bytes | None, bytes | None]]


def agree(pairs: Pairs, latest_ts: int | None = NOW) -> int:
    """Compare columns and rejections with those of msgspec; return how many records were plain."""
    keys, values = [key for key, _ in pairs], [value for _, value in pairs]
    events, positions, refused = read_interactions(keys, values, latest_ts)
    records = RawRecords.of(keys, values)
    columns, rejected = decode_interactions(records, latest_ts)
    assert list(rejected) == refused
    assert columns.position.tolist() == positions
    assert columns.user_ids() == [event.user_id for event in events]
    assert columns.type.tolist() == [TYPE_CODE[event.type] for event in events]
    assert columns.ts.tolist() == [event.ts for event in events]
    assert columns.dwell_ms.tolist() == [event.dwell_ms or 0 for event in events]
    assert columns.amount.tolist() == [event.amount or 0 for event in events]
    for name in ("user_id", "event_id", "stream_id", "host_id", "category"):
        texts = [getattr(event, name) for event in events]
        hashes = [0 if text is None else hash64(text) for text in texts]
        assert getattr(columns, name.split("_")[0] + "_h").tolist() == hashes
    return int(scan_interactions(records, latest_ts)[1].sum())


texts = st.one_of(
    st.text(max_size=6),
    st.sampled_from(["", "u", "x" * 128, "中" * 80, "中" * 128, "x" * 129, "x" * 241, "😀" * 61]),
)
integers = st.one_of(
    st.integers(-3, 10_000),
    st.sampled_from([NOW, NOW + 1, 2**53 - 1, 2**53, -(2**53) + 1, -(2**53), 10**16, 2**63, 2**64]),
)
numbers = st.one_of(
    integers.map(str),
    st.floats(allow_nan=False).map(repr),
    st.decimals(0, 10**6, places=2).map(str),
    st.from_regex(r"\A-?(0|[1-9][0-9]{0,18})(\.[0-9]{1,18})?([eE][+-]?[0-9]{1,3})?\Z"),
    st.sampled_from(["-0", "-0.0", "00", "01.5", "1.", ".5", "-", "+1", "1e5", "0.1e-7", "NaN"]),
)
WHITE = ["", "", "", " ", "\n", "\t", "\r", "  "]
FIELDS = [
    *("event_id", "type", "user_id", "ts", "stream_id", "host_id", "category", "product_id"),
    *("query", "dwell_ms", "amount", "reminder_id", "unknown", "", "Type", "type_"),
]


@st.composite
def quoted(draw: st.DrawFn) -> str:
    """Draw a JSON string, escaped or not."""
    return json.dumps(draw(texts), ensure_ascii=draw(st.booleans()))


escapes = st.lists(
    st.one_of(
        st.from_regex(r'\A\\["\\/bfnrtu0U][0-9a-f]{0,4}\Z'),
        st.from_regex(r"\A\\u[dD][89abAB][0-9a-fA-F]{2}(\\u[dD][c-fC-F][0-9a-fA-F]{2})?\Z"),
        st.from_regex(r"\A\\u[0-9a-fA-F]{4}\Z"),
        st.sampled_from(["x", "中", "\\", "\\u", "\\ud83d\\n", "\\u4e2d" * 41, "\\u0000"]),
    ),
    max_size=5,
).map(lambda parts: '"' + "".join(parts) + '"')

atoms = st.one_of(
    escapes,
    quoted(),
    numbers,
    st.sampled_from([f'"{name}"' for name in INTERACTION_TYPES]),
    st.sampled_from(["null", "true", "false", "nul", "tru", "[]", "{}", '["]"]', '{"ts":1}', ""]),
)


@st.composite
def objects(draw: st.DrawFn) -> bytes:
    """Draw a record: mostly good, in any order, with odd fields, repeats and white space."""
    fields = {
        "event_id": '"e"',
        "type": draw(st.sampled_from([f'"{name}"' for name in INTERACTION_TYPES])),
        "user_id": '"u"',
        "ts": str(draw(integers)),
    }
    more = draw(st.lists(st.tuples(st.sampled_from(FIELDS), atoms), max_size=5))
    pairs = draw(st.permutations([*fields.items(), *more]))
    white = st.sampled_from(WHITE)
    body = ",".join(
        f'{draw(white)}"{name}"{draw(white)}:{draw(white)}{value}{draw(white)}'
        for name, value in pairs
    )
    return f"{draw(white)}{{{body}}}{draw(white)}".encode("utf-8", "surrogatepass")


@st.composite
def broken(draw: st.DrawFn) -> bytes:
    """Draw a record of which a few bytes are others, missing or new."""
    value = bytearray(draw(objects()))
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(value)))
        new = draw(st.one_of(st.binary(max_size=3), st.sampled_from([b'"', b"\\", b",", b"}"])))
        value[at : at + draw(st.integers(0, 3))] = new
    return bytes(value)


OF_STREAM = b'{"event_id":"e","type":"app_open","user_id":"u","ts":0,"stream_id":%s}'
values = st.one_of(objects(), broken(), st.binary(max_size=40), st.none())
keys = st.sampled_from([b"u", b"u", b"u", b"v", b"", None])


@settings(deadline=None, max_examples=400)
@given(st.lists(st.tuples(keys, values), max_size=6), st.sampled_from([None, NOW, 0]))
@example([(b"u1", GOOD), (b"u1", GOOD[:-1]), (b"u1", GOOD)], NOW)
@example([(b"u", OF_STREAM % b'{"ts":1}'), (b"u", OF_STREAM % b"[1,2]")], NOW)
def test_any_batch_is_as_msgspec_has_it(pairs: Pairs, latest_ts: int | None) -> None:
    """Records that fit, with all their columns, and the others, with code and text."""
    agree(pairs, latest_ts)


@settings(deadline=None, max_examples=400)
@given(st.one_of(numbers, integers.map(str)), st.sampled_from(["amount", "dwell_ms", "ts", "x"]))
def test_any_number_is_as_msgspec_has_it(number: str, field: str) -> None:
    """To the last bit, or refused alike."""
    agree([(b"u1", GOOD[:-1].replace(b'"amount":129.9,', b"") + f',"{field}":{number}}}'.encode())])


@settings(deadline=None, max_examples=400)
@given(escapes, st.sampled_from(["host_id", "stream_id", "category", "query", "product_id", "x"]))
def test_any_escape_is_as_msgspec_has_it(text: str, field: str) -> None:
    """In fields that are hashed, in those that are not, and in those that nobody knows."""
    value = f'{{"event_id":"e","type":"like","user_id":"u1","ts":1,"{field}":{text}}}'
    agree([(b"u1", value.encode())])


@pytest.mark.parametrize("user", ["用户", "u1", "😀", "é" * 128, "用" * 80, "用" * 81, "用" * 129])
def test_an_escaped_id_is_the_key(user: str) -> None:
    """And no other key; ids of up to 240 bytes are plain, whatever they are made of."""
    value = "".join(f"\\u{unit:04x}" for unit in _units(user))
    record = f'{{"event_id":"{value}","type":"like","user_id":"{value}","ts":1}}'.encode()
    keys = [user.encode(), user.encode()[:-1], None, b"", value.encode()]
    assert agree([(key, record) for key in keys]) == (len(user.encode()) <= 240)


def _units(text: str) -> list[int]:
    raw = text.encode("utf-16-be")
    return [int.from_bytes(raw[at : at + 2], "big") for at in range(0, len(raw), 2)]


def test_every_kind_of_bad_record_is_as_msgspec_has_it() -> None:
    """Those that the integration tests send too, each between good ones."""
    bad = [(one.key, one.value) for one in bad_records("interactions", NOW, 300_000)]
    pairs = [pair for one in bad for pair in ((b"u1", GOOD), one)]
    assert agree(pairs, NOW + 300_000) >= len(bad)


@pytest.mark.parametrize("odd", [*b'"\\{}[]:,\x00\x1f\x7f\x80\xc3\xed\xf0\xff 0-.eu', None])
def test_a_byte_changed_anywhere_is_as_msgspec_has_it(odd: int | None) -> None:
    """Every byte of a record with every field, replaced by another or left out, or one put in."""
    new = b"" if odd is None else bytes([odd])
    pairs = [(b"u1", GOOD[:at] + new + GOOD[at + 1 :]) for at in range(len(GOOD))]
    pairs += [(b"u1", GOOD[:at] + new + GOOD[at:]) for at in range(len(GOOD) + 1)]
    pairs += [(b"u1", GOOD[:at]) for at in range(len(GOOD))]
    assert agree(pairs) < len(pairs)


@pytest.mark.parametrize("size", range(30))
def test_where_a_record_ends_nothing_is_read_on(size: int) -> None:
    """What lies behind a value in the buffer, quotes or high bytes, does not count."""
    value = GOOD[:-1] + b',"x":"' + b"y" * size
    for behind in (b'"}', b"\xff" * 20, b"", b'y"}'):
        records = RawRecords.of([b"u1"], [value + behind])
        records.value_size[0] = len(value)
        assert not scan_interactions(records, None)[1].any()


def test_what_producers_send_is_plain() -> None:
    """Events of every type, spaced or not, escaped or not, are decoded by the scan alone."""
    about = dict.fromkeys(NEEDS.values(), "某物")
    pairs = [interaction("u1", name, NOW, amount=1.5, **about) for name in INTERACTION_TYPES]
    pairs += [(b"u1", json.dumps(json.loads(GOOD), ensure_ascii=False).encode())]
    pairs += [(b"u1", json.dumps(json.loads(GOOD), ensure_ascii=False, indent=2).encode())]
    pairs += [(b"u1", json.dumps(json.loads(GOOD)).encode())]
    pairs += [(b"u1", json.dumps(json.loads(GOOD) | {"query": 'a "b" \n 😀 中'}).encode())]
    assert agree(pairs) == len(pairs)


def test_ids_of_the_slow_way_lie_in_the_same_text() -> None:
    """Whatever way a record took, its user's id is found by its span."""
    escaped = interaction("u2", ts=NOW)[1].replace(b'"ts"', b'"t\\u0073"')
    records = RawRecords.of([b"u1", b"u2", b"u1", b"u3"], [GOOD, escaped, GOOD, b"{}"])
    columns, rejected = decode_interactions(records, NOW)
    assert columns.user_ids() == ["u1", "u2", "u1"]
    assert columns.take(np.array([1])).user_ids() == ["u2"]
    assert columns.user_ids(np.array([2, 1])) == ["u1", "u2"]
    assert [one.position for one in rejected] == [3]
