"""What compiled code shows of a value or of bytes is what plain Python shows, or nothing."""

from __future__ import annotations

import json

import msgspec
import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from features.decimals import decimals
from features.decode.plain_characters import PRINTABLE
from features.decode.plain_shown import ROOM
from features.decode.plain_wordings import BYTE, BYTES, HOLE, NUMBER, VALUE, Phrasebook, Wording
from features.decode.rejected import shown

PIECES = st.sampled_from(
    [
        *(b'"', b"\\", b"\n", b"\x00", b"\x7f", b"\xff", b"\xe4", b"\xe4\xb8", b"\xed\xa0\x80"),
        *(
            "中".encode(),
            "é".encode(),
            "😀".encode(),
            b"\xef\xbb\xbf",
            "\u202e".encode(),
            b"\xf0\x9f",
        ),
        *(b"x" * size for size in (1, 39, 40, 57, 58, 59, 60, 61, 119, 120, 121)),
    ]
)
numbers = st.one_of(
    st.integers(-(10**70), 10**70).map(str),
    st.sampled_from([sign + "9" * digits for sign in ("", "-") for digits in (58, 59, 60, 61)]),
    st.decimals(-(10**17), 10**17, allow_nan=False).map(lambda one: format(one, "f")),
    st.from_regex(r"\A-?(0|[1-9][0-9]{0,18})(\.[0-9]{1,18})?\Z"),
    st.sampled_from(["-0", "-0.0", "0.0001", "0.00001", "0.00012", "1.10", "1.0", "null", "true"]),
)


def _written(raw: bytes, kind: int, one: int, other: int) -> str | None:
    """What fills the only hole of a text; None where it is left to others."""
    book = Phrasebook()
    number = book.add(Wording("wrong_type", f"<{HOLE}>", (kind,)))
    data = np.frombuffer(b"  " + raw + b"  ", np.uint8)
    filling = np.array([[[one, other], [0, 0], [0, 0]]])
    texts = book.write(data, np.array([number]), filling)
    assert texts.size[0] <= book.most_bytes(np.array([number]), filling) - ROOM
    if texts.size[0] < 0:
        return None
    assert (texts[0][0], texts[0][-1]) == ("<", ">")
    return texts[0][1:-1]


@settings(max_examples=1_000)
@given(st.lists(PIECES | st.binary(max_size=4), max_size=8).map(b"".join))
@example(b"x" * 58 + b"\n")
@example(b"x" * 57 + b'"')
@example("中".encode() * 41)
def test_bytes_are_shown_as_plain_python_shows_them(raw: bytes) -> None:
    """Cut characters, marks of byte order and long ones too; what may not be printable is left."""
    said = _written(raw, BYTES, 2, len(raw))
    assert said in (None, shown(raw))
    if raw.isascii() and b"\x7f" not in raw:
        assert said is not None


@settings(max_examples=500)
@given(st.text(max_size=70), st.booleans())
@example("中" * 59, False)
@example("中" * 58, False)
@example("x" * 61, True)
def test_text_is_shown_as_plain_python_shows_it(text: str, escaped: bool) -> None:
    """What stands in a record, with escapes or without."""
    raw = json.dumps(text, ensure_ascii=escaped).encode("utf-8", "replace")
    said = _written(raw, VALUE, 2, len(raw))
    assert said in (None, shown(msgspec.json.decode(raw) if raw.isascii() is escaped else text))
    if text.isascii() and text.isprintable() and not set('"\\') & set(text):
        assert said is not None


@settings(max_examples=1_000)
@given(numbers)
def test_numbers_are_shown_as_plain_python_shows_them(text: str) -> None:
    """As they are written, or not at all; integers that are not cut always."""
    raw = text.encode()
    said = _written(raw, VALUE, 2, len(raw))
    assert said in (None, shown(msgspec.json.decode(raw)))
    if text.removeprefix("-").isdigit() and len(raw) < 60 and text != "-0":
        assert said is not None


@settings(max_examples=500)
@given(st.lists(st.text(max_size=58) | st.integers() | st.none(), max_size=2), st.booleans())
@example(["x" * 56], False)
@example(["x" * 57], False)
@example([""], True)
@example(["a\x7f"], False)
@example(["a", "b"], True)
def test_lists_are_shown_as_plain_python_shows_them(values: list[object], spaced: bool) -> None:
    """Those of one short plain text, which is what most that come in place of a text are."""
    separators = None if spaced else (",", ":")
    text = json.dumps(values, ensure_ascii=False, separators=separators)
    raw = text.encode("utf-8", "replace")
    said = _written(raw, VALUE, 2, len(raw))
    assert said in (None, shown(msgspec.json.decode(raw)))
    one = values[0] if len(values) == 1 else None
    if isinstance(one, str) and one.isascii() and one.isprintable() and not set('"\\') & set(one):
        assert said is not None or len(raw) > 60


@given(st.integers(-(2**63) + 1, 2**63 - 1))
def test_integers_are_written_in_decimal(number: int) -> None:
    """Alone and in a text; bytes in two digits of base 16."""
    assert _written(b"", NUMBER, number, 0) == str(number)
    assert decimals(np.array([number, 0])).strings() == [str(number), "0"]
    assert _written(b"", BYTE, number % 256, 0) == f"{number % 256:#04x}"


def test_what_surely_is_printable_is() -> None:
    """So that nothing reaches a terminal unescaped that plain Python would escape."""
    for first, last in PRINTABLE.tolist():
        assert "".join(map(chr, range(first, last + 1))).isprintable()
