"""What the compiled pass calls a misfit is one, and is diagnosed as a plain diagnosis has it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from badwire.plain_diagnosis import plain_diagnosis, plain_entry
from badwire.records import bad_records, good_record
from hypothesis import example, given, settings
from hypothesis import strategies as st

from features.contracts import FEEDBACK_TYPES, INTERACTION_TYPES, Feedback, Interaction
from features.decode import decode_feedback
from features.decode.misfits import Misfits
from features.decode.plain_interactions import NEEDS
from features.decode.record_type import RecordType
from features.raw_records import RawRecords

NOW = 1_764_000_000_000
AHEAD = 300_000
KINDS: dict[str, tuple[RecordType[Any], tuple[str, ...], dict[str, str]]] = {
    "interactions": (RecordType(Interaction), INTERACTION_TYPES, NEEDS),
    "feedback": (
        RecordType(Feedback),
        FEEDBACK_TYPES,
        dict.fromkeys(("delivered", "opened", "dismissed"), "reminder_id"),
    ),
}
KEYS = [*(b"u" for _ in range(8)), None, b"v", b'"u"', b"\xff\xfe", b"", b"k" * 61, "主播".encode()]
VALUES = [
    *("null", "true", "false", "0", "-0", "-1", "5", "1.0", "-0.5", "-0.0", "1e5", "[]", "{}"),
    *("9007199254740991", "9007199254740992", "-9007199254740992", "1" + "0" * 16, "1" + "0" * 30),
    *('""', '"x"', '"\\u0078"', '"\\ud800"', '"watch"', '"w\\u0061tch"', '"opened"', '"\u202e"'),
    *(f'"{letter * size}"' for letter in ("x", "中") for size in (60, 61, 128, 129, 1_025, 16_385)),
    *("-" + "0" * 40, "01", "-", "nul", '"', '"\x01"', "-0." + "0" * 20 + "1"),
]
BYTES = [
    *(
        b"\xef\xbb\xbf",
        b"\xe4\xb8",
        b"\xed\xa0\x80",
        b"\\ud800",
        b"\\ud83d\\ude00",
        b"\\u12",
        b"\\q",
    ),
    *(b"NaN", b"-Infinity", b"None", b"'", b"//", b"\x00", b"\x7f", "中".encode() * 30, b"[" * 101),
    *(b"  ", b"\x0b", b"\n\n", b"{}", b"[]", b"[1,{}]", b"1e5", b"01", b"tru", b"1.", b"-"),
]


@st.composite
def _records(draw: st.DrawFn, topic: str) -> bytes:
    """A good record with a few fields changed, left out, or written twice."""
    names = [field.encode_name for field in KINDS[topic][0].info.fields]  # type: ignore[attr-defined]
    pairs = [(name, json.dumps(value)) for name, value in good_record(topic, "u", NOW).items()]
    some = st.sampled_from([*names, "unknown", "t\\u0073", ""])
    pairs += draw(st.lists(st.tuples(some, st.sampled_from(VALUES)), max_size=3))
    left_out = draw(st.none() | st.sampled_from(names))
    white = draw(st.sampled_from(["", " ", "\n"]))
    text = ",".join(
        f'{white}"{name}"{white}:{white}{value}{white}'
        for name, value in draw(st.permutations(pairs))
        if name != left_out
    )
    end = draw(st.sampled_from(["}"] * 9 + ["}}", "", "},", "} "]))
    return ("{" + text + end).encode("utf-8", "surrogatepass")


@st.composite
def _torn(draw: st.DrawFn, topic: str) -> bytes:
    """A record with some bytes in place of others."""
    value = draw(_records(topic))
    start = draw(st.integers(0, len(value)))
    end = draw(st.integers(start, min(len(value), start + 4)))
    return value[:start] + draw(st.binary(max_size=4) | st.sampled_from(BYTES)) + value[end:]


entries = st.sampled_from(sorted(KINDS)).flatmap(
    lambda topic: st.tuples(
        st.just(topic),
        st.lists(st.tuples(st.sampled_from(KEYS), _records(topic) | _torn(topic)), max_size=6),
    )
)


@settings(deadline=None, max_examples=400)
@given(entries)
@example(("feedback", [(b"u", b'{"event_id":"e","user_id":"u","ts":1,"type":"x - at `$.ts"}')]))
def test_misfits_are_diagnosed_plainly(batch: tuple[str, list[tuple[bytes | None, bytes]]]) -> None:
    """Codes, texts and positions, whatever comes first, next or with another value."""
    _split(*batch)


@pytest.mark.parametrize(("topic", "least"), [("interactions", 56), ("feedback", 44)])
def test_nearly_every_kind_is_found(topic: str, least: int) -> None:
    """Three times each: the first of its kind, and others."""
    bad = [(one.key, one.value) for one in bad_records(topic, NOW, AHEAD)]
    assert _split(topic, bad * 3) >= 3 * least


@pytest.mark.parametrize("topic", sorted(KINDS))
def test_a_good_record_changed_anywhere_is_diagnosed_plainly(topic: str) -> None:
    """Each byte left out, each put before it, and whatever is cut off behind it."""
    good = json.dumps(good_record(topic, "u", NOW) | {"x": "中é\n"}, ensure_ascii=False).encode()
    parts = [(good[:at], good[at:]) for at in range(len(good))]
    values = [start + end[1:] for start, end in parts] + [start for start, _ in parts]
    for put in (
        b'"',
        b"\\",
        b"}",
        b"{",
        b"]",
        b"[",
        b",",
        b":",
        b"\x01",
        b"\xff",
        b"7",
        b"e",
        b"-",
    ):
        values += [start + put + end for start, end in parts]
    assert _split(topic, [(b"u", value) for value in values]) > len(values) // 2


def _split(topic: str, pairs: Sequence[tuple[bytes | None, bytes | None]]) -> int:
    """Hold the misfits to the plain diagnosis; return how many there are."""
    kind, names, needs = KINDS[topic]
    records = RawRecords.of([key for key, _ in pairs], [value for _, value in pairs])
    positions = np.arange(len(pairs)) + 7
    open_ones, refusals = Misfits(kind, names, needs).split(records, positions, NOW + AHEAD)
    misfits = sorted(set(range(len(pairs))) - set(open_ones.tolist()))
    assert [one.position for one in refusals] == [place + 7 for place in misfits]
    for place, one in zip(misfits, refusals, strict=True):
        key, value = pairs[place]
        said = plain_diagnosis(kind, value) or plain_entry(kind, key, value, needs, NOW + AHEAD)
        assert (one.code, one.text) == said, value
    return len(misfits)


def test_feedback_that_fits_keeps_its_place() -> None:
    """Between misfits, broken ones and those under another key."""
    good = json.dumps(good_record("feedback", "u", NOW)).encode()
    values = [b'{"ts":"x"}', good, b"{", good, good, b'{"ts":5}']
    keys = [b"u", b"u", b"u", b"v", b"u", b"u"]
    columns, rejected = decode_feedback(RawRecords.of(keys, values), None)
    assert columns.position.tolist() == [1, 4]
    assert [(one.position, one.code) for one in rejected] == [
        (0, "wrong_type"),
        (2, "not_json"),
        (3, "key_mismatch"),
        (5, "missing_field"),
    ]
