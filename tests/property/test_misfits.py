"""What the compiled pass calls a misfit is one, and is diagnosed as a plain diagnosis has it."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from badwire.plain_diagnosis import plain_diagnosis
from badwire.records import bad_records, good_record
from hypothesis import example, given, settings
from hypothesis import strategies as st

from features.contracts import FEEDBACK_TYPES, INTERACTION_TYPES, Feedback, Interaction
from features.decode import decode_feedback
from features.decode.misfits import Misfits
from features.decode.record_type import RecordType
from features.raw_records import RawRecords

NOW = 1_764_000_000_000
KINDS: dict[str, tuple[RecordType[Any], tuple[str, ...]]] = {
    "interactions": (RecordType(Interaction), INTERACTION_TYPES),
    "feedback": (RecordType(Feedback), FEEDBACK_TYPES),
}
VALUES = [
    *("null", "true", "false", "0", "-0", "-1", "5", "1.0", "-0.5", "-0.0", "1e5", "[]", "{}"),
    *("9007199254740991", "9007199254740992", "-9007199254740992", "1" + "0" * 16, "1" + "0" * 30),
    *('""', '"x"', '"\\u0078"', '"\\ud800"', '"watch"', '"w\\u0061tch"', '"opened"', '"\u202e"'),
    *(f'"{letter * size}"' for letter in ("x", "中") for size in (60, 61, 128, 129, 1_025, 16_385)),
    *("-" + "0" * 40, "01", "-", "nul", '"', '"\x01"', "-0." + "0" * 20 + "1"),
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


batches = st.sampled_from(sorted(KINDS)).flatmap(
    lambda topic: st.tuples(st.just(topic), st.lists(_records(topic), max_size=6))
)


@settings(deadline=None, max_examples=400)
@given(batches)
@example(("feedback", [b'{"event_id":"e","user_id":"u","ts":1,"type":"x - at `$.ts"}']))
def test_misfits_are_diagnosed_plainly(batch: tuple[str, list[bytes]]) -> None:
    """Codes, texts and positions, whatever comes first, next or with another value."""
    topic, values = batch
    _split(topic, values)


@pytest.mark.parametrize(("topic", "least"), [("interactions", 18), ("feedback", 12)])
def test_most_wrong_fields_are_found(topic: str, least: int) -> None:
    """Three times each: the first of its kind, and others."""
    bad = [one.value for one in bad_records(topic, NOW, 1_000) if one.value is not None]
    assert _split(topic, bad * 3) >= 3 * least


def _split(topic: str, values: list[bytes]) -> int:
    """Hold the misfits to the plain diagnosis; return how many there are."""
    kind, names = KINDS[topic]
    records = RawRecords.of([b"u"] * len(values), [*values])
    open_ones, rejected = Misfits(kind, names).split(records, np.arange(len(values)) + 7)
    misfits = sorted(set(range(len(values))) - set(open_ones.tolist()))
    assert [one.position for one in rejected] == [place + 7 for place in misfits]
    for place, one in zip(misfits, rejected, strict=True):
        assert (one.code, one.text) == plain_diagnosis(kind, values[place])
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
