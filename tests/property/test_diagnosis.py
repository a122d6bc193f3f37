"""What is said of bad records is what a plain diagnosis says, however many there are of them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from badwire.plain_diagnosis import plain_diagnosis, plain_shown
from badwire.records import bad_records, good_record
from hypothesis import example, given
from hypothesis import strategies as st

from features.contracts import Feedback, Interaction, Profile, StreamRecord
from features.decode import Rejected
from features.decode.batch import decode_batch
from features.decode.record_type import RecordType
from features.decode.rejected import shown

NOW = 1_764_000_000_000
KINDS: dict[str, RecordType[Any]] = {
    "interactions": RecordType(Interaction),
    "feedback": RecordType(Feedback),
    "profiles": RecordType(Profile),
    "streams": RecordType(StreamRecord),
}
TALK = [
    *("x - at `$.ts", "x - at `$", "got `null`", "`str` of length >= 1", "out of range"),
    *('"', "\\", "\n", "\u202e", "中", "😀", "y" * 58, "y" * 59, "y" * 60, "y" * 61, "'`"),
]
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False)
    | st.text(max_size=70)
    | st.sampled_from(TALK)
)
json_values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@st.composite
def _records(draw: st.DrawFn, topic: str) -> bytes | None:
    """A good record with a few fields changed, left out, written twice, or broken off."""
    names = [field.encode_name for field in KINDS[topic].info.fields]  # type: ignore[attr-defined]
    pairs = list(good_record(topic, "u", NOW).items())
    some = st.sampled_from([*names, "unknown", 'un"known', "\\"])
    pairs += draw(st.lists(st.tuples(some, json_values), max_size=3))
    left_out = draw(st.none() | st.sampled_from(names))
    written = [
        f"{json.dumps(name)}:{json.dumps(value, ensure_ascii=draw(st.booleans()))}"
        for name, value in draw(st.permutations(pairs))
        if name != left_out
    ]
    value = ("{" + ",".join(written) + "}").encode("utf-8", "surrogatepass")
    if draw(st.integers(0, 9)):
        return value
    cut = draw(st.integers(0, len(value)))
    return value[:cut] + draw(st.sampled_from([b"", b"\xff", b"\\ud800", b"}", value]))


batches = st.sampled_from(sorted(KINDS)).flatmap(
    lambda topic: st.tuples(st.just(topic), st.lists(_records(topic), max_size=6))
)


@given(batches)
@example(("interactions", [b'{"event_id":"e","user_id":"u","ts":1,"type":"x - at `$.ts"}']))
@example(("interactions", [b'{"ts":"","ts":2,"event_id":"e","user_id":"u","type":"got `null`"}']))
def test_a_batch_is_diagnosed_plainly(batch: tuple[str, list[bytes | None]]) -> None:
    """Who fits, codes and texts, whatever fields hold: text that reads like a message, too."""
    topic, values = batch
    _agree(KINDS[topic], values)


@pytest.mark.parametrize("topic", sorted(KINDS))
def test_every_kind_is_diagnosed_plainly(topic: str) -> None:
    """The first of its kind and the next ones, with another value each, between good ones."""
    good = json.dumps(good_record(topic, "u", NOW)).encode()
    values: list[bytes | None] = []
    for number in range(3):
        for one in bad_records(topic, NOW + number, 1_000):
            values += [one.value, good]
    _agree(KINDS[topic], values)


def _agree(kind: RecordType[Any], values: list[bytes | None]) -> None:
    plainly = [plain_diagnosis(kind, value) for value in values]
    for _ in range(2):
        records, positions, rejected = decode_batch(kind, values)
        assert rejected == [
            Rejected(place, *said) for place, said in enumerate(plainly) if said is not None
        ]
        assert list(positions) == [place for place, said in enumerate(plainly) if said is None]
        assert len(records) == len(positions)


@given(json_values | st.binary(max_size=200))
@example("x" * 58)
@example("x" * 59)
@example("x" * 60)
@example("x" * 61)
@example(" " * 61)
@example("\ud800")
def test_values_are_shown_as_json(came: object) -> None:
    """Text that needs no escapes is shown quicker, and just the same."""
    assert shown(came) == plain_shown(came)
