from __future__ import annotations

from features.decode import Refusals, Rejected, dead_letters
from features.decode.dead_letter import DEAD_LETTER_BYTES
from features.raw_records import RawRecords

BAD = Rejected(0, "not_json", "the record: not JSON …")
SOURCE = ("livecue.interactions", 5)
Letter = tuple[bytes | None, bytes | None, dict[str, bytes]]


def _letters(rejected: list[Rejected], *came: tuple[bytes | None, bytes | None]) -> list[Letter]:
    rows = RawRecords.of([key for key, _ in came], [value for _, value in came], 1_234)
    letters = dead_letters(Refusals.of(rejected), rows, SOURCE, 99)
    keys, values = letters.records.keys(), letters.records.values()
    headers = [dict(letters.headers_of(place)) for place in range(len(letters))]
    return list(zip(keys, values, headers, strict=True))


def test_headers_are_decimal_text() -> None:
    """Six headers in their order, numbers as text, the topic by its full name."""
    letters = dead_letters(Refusals.of([BAD]), RawRecords.of([b"k"], [b"v"], 1_234), SOURCE, 99)
    assert letters.headers_of(0) == [
        ("error_code", b"not_json"),
        ("error_text", "the record: not JSON …".encode()),
        ("source_topic", b"livecue.interactions"),
        ("source_partition", b"5"),
        ("source_offset", b"1234"),
        ("ts", b"99"),
    ]


def test_each_record_has_its_own_cause() -> None:
    """Good records between bad ones are left out; causes may repeat."""
    other = ("empty_id", "中 \ud800")
    rejected = [BAD, Rejected(2, *other), Rejected(3, *BAD[1:]), Rejected(4, *other)]
    found = _letters(rejected, *[(f"k{n}".encode(), f"v{n}".encode()) for n in range(5)])
    assert [(key, value) for key, value, _ in found] == [
        (b"k0", b"v0"),
        (b"k2", b"v2"),
        (b"k3", b"v3"),
        (b"k4", b"v4"),
    ]
    said = [(row["error_code"], row["error_text"], row["source_offset"]) for _, _, row in found]
    assert said == [
        (b"not_json", BAD.text.encode(), b"1234"),
        (b"empty_id", "中 ?".encode(), b"1236"),
        (b"not_json", BAD.text.encode(), b"1237"),
        (b"empty_id", "中 ?".encode(), b"1238"),
    ]


def test_the_record_is_kept_as_it_came() -> None:
    """Key and value are the same bytes, absent ones too."""
    came = [(b"\xff", b"\x00{"), (None, None), (b"k", b"")]
    found = _letters([Rejected(place, *BAD[1:]) for place in range(3)], *came)
    assert [letter[:2] for letter in found] == came


def test_what_is_too_long_is_cut_and_said() -> None:
    """Key and value together stay within 2 MiB, and the text says from what length."""
    ((key, value, headers),) = _letters([BAD], (b"k" * 10, b"v" * 3_000_000))
    assert key == b"k" * 10
    assert value is not None
    assert len(value) == DEAD_LETTER_BYTES - 10
    text = headers["error_text"].decode()
    assert text == f"{BAD.text} (the value is cut here from 3000000 to 2097142 bytes)"


def test_a_long_text_makes_room_for_the_note() -> None:
    """The text stays bounded when the cut is said."""
    long = Rejected(0, "not_json", "x" * 500)
    ((_, _, headers),) = _letters([long], (b"k" * 3_000_000, b"v"))
    text = headers["error_text"].decode()
    assert len(text) <= 500
    assert "the key is cut here" in text
    assert "the value is cut here from 1 to 0 bytes" in text
