"""What is freed goes back to the system."""

from __future__ import annotations

import platform
from pathlib import Path

import pytest

from streams.engine.heap import give_back_freed

_PIECE, _PIECES = 32 << 10, 2_000


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc keeps and gives back")
def test_what_lies_between_pieces_in_use_is_given_back() -> None:
    """Pieces too small for a mapping of their own, each freed next to one that stays."""
    pieces: list[bytearray | None] = [bytearray(_PIECE) for _ in range(_PIECES)]
    pieces[::2] = [None] * (_PIECES // 2)
    before = _resident()
    give_back_freed()
    assert before - _resident() > _PIECE * _PIECES // 4
