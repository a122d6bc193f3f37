from __future__ import annotations

from features.decode import Rejected, dead_letter, dead_letter_headers
from features.decode.dead_letter import DEAD_LETTER_BYTES

BAD = Rejected(3, "not_json", "the record: not JSON …")
SOURCE = ("livecue.interactions", 5, 1_234)


def test_headers_are_decimal_text() -> None:
    """Six headers, numbers as text, the topic by its full name."""
    assert dead_letter_headers(BAD, *SOURCE, 99) == [
        ("error_code", b"not_json"),
        ("error_text", "the record: not JSON …".encode()),
        ("source_topic", b"livecue.interactions"),
        ("source_partition", b"5"),
        ("source_offset", b"1234"),
        ("ts", b"99"),
    ]


def test_the_record_is_kept_as_it_came() -> None:
    """Key and value are the same bytes, absent ones too."""
    assert dead_letter(BAD, (b"\xff", b"\x00{"), SOURCE, 1)[:2] == (b"\xff", b"\x00{")
    assert dead_letter(BAD, (None, None), SOURCE, 1)[:2] == (None, None)
    assert dead_letter(BAD, (b"k", b""), SOURCE, 1).value == b""


def test_what_is_too_long_is_cut_and_said() -> None:
    """Key and value together stay within 2 MiB, and the text says from what length."""
    letter = dead_letter(BAD, (b"k" * 10, b"v" * 3_000_000), SOURCE, 1)
    assert letter.key == b"k" * 10
    assert letter.value is not None
    assert len(letter.value) == DEAD_LETTER_BYTES - 10
    text = dict(letter.headers)["error_text"].decode()
    assert text.startswith(BAD.text)
    assert "the value is cut here from 3000000 to 2097142 bytes" in text


def test_a_long_text_makes_room_for_the_note() -> None:
    """The text stays bounded when the cut is said."""
    long = Rejected(0, "not_json", "x" * 500)
    letter = dead_letter(long, (b"k" * 3_000_000, b"v"), SOURCE, 1)
    text = dict(letter.headers)["error_text"].decode()
    assert len(text) <= 500
    assert "the key is cut here" in text
    assert "the value is cut here from 1 to 0 bytes" in text
