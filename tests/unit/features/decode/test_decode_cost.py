from __future__ import annotations

import time

import pytest

from features.decode import decode_interactions
from features.decode.guard import MAX_DEPTH, has_lone_surrogate, is_too_deep
from features.raw_records import RawRecords

MEGABYTE = 1_000_000


@pytest.mark.parametrize(
    "value",
    [
        b"[" * 101 + b'"' + b'\\"' * (MEGABYTE // 2),
        b'{"a":' * 101 + b'"' + b"\\" * MEGABYTE,
        b"[" * 101 + b'"' * MEGABYTE,
        b"}" + b" " * MEGABYTE,
        b"{" + b"}  ," * (MEGABYTE // 4) + b"}",
        b'{"a":"' + b"\\ud83d\\ude00" * (MEGABYTE // 12) + b'\\ud83d"}',
        b'{"a":[' + b"{}," * (MEGABYTE // 3) + b"]}",
        b"[" * MEGABYTE,
        b"\xff" * MEGABYTE,
    ],
    ids=range(9),
)
def test_no_megabyte_takes_more_than_linear_time(value: bytes) -> None:
    """Text made to slow a parser down is refused in a blink; quadratic would be minutes."""
    started = time.perf_counter()
    _, rejected = decode_interactions(RawRecords.of([b"u"] * 2, [value, b"{}"]), None)
    assert time.perf_counter() - started < 5
    assert len(rejected) == 2
    assert rejected[1].code == "missing_field"


def test_depth_counts_outside_of_strings() -> None:
    """Brackets in strings, escaped quotes among them, are text."""
    deep = b"[" * MAX_DEPTH + b"]" * MAX_DEPTH
    assert not is_too_deep(deep)
    assert is_too_deep(b"[" + deep + b"]")
    assert not is_too_deep(b'["' + deep + b'"]')
    assert not is_too_deep(b'["\\"' + deep + b'\\\\"]')
    assert is_too_deep(b'["\\\\",' + deep + b"]")
    assert not is_too_deep(b'["' + deep + deep)
    assert is_too_deep(b'["\\\\",' + deep + b'"')


def test_an_escaped_backslash_is_no_escape() -> None:
    """Only an odd backslash starts an escape."""
    assert has_lone_surrogate(rb'"\ud800"')
    assert not has_lone_surrogate(rb'"\\ud800"')
    assert has_lone_surrogate(rb'"\\\ud800"')
    assert has_lone_surrogate(rb'"\ud83d\ud83d\ude00"')
    assert not has_lone_surrogate(rb'"\ud83d\ude00\u4e2d"')
