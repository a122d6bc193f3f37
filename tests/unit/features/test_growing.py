"""Tables of zeros, and room for more."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from features.growing import extended, untouched

_ROOM = """
from pathlib import Path
from features.state import UserState
from features.user_table import UserTable
from streams.engine.allocation import keep_freed

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

def states():
    return [UserState(UserTable("UTC", "en", (0, 0)), 600_000, 0) for _ in range(8)]

keep_freed()
states()
used = [bytearray(1 << 20) for _ in range(160)]
for piece in used:
    piece[::4096] = bytes(len(piece) // 4096)
del used, piece
before = resident()
held = states()
print(resident() - before)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc tells what is resident")
def test_room_for_users_takes_no_memory_before_they_come() -> None:
    """Eight partitions have room for 131,072 users each; where it was freed before are no zeros."""
    told = subprocess.run([sys.executable, "-c", _ROOM], capture_output=True, check=True)
    assert int(told.stdout) < 4 << 20


@pytest.mark.parametrize("capacity", [3, 1 << 14, 1 << 20])
def test_what_is_untouched_is_zeros_to_write_to(capacity: int) -> None:
    """Small, with pages of its own, and with huge ones."""
    table = untouched(capacity, np.dtype([("code", "<u2"), ("ts", "<i8")]))
    assert table.shape == (capacity,)
    assert not table["ts"].any()
    table["ts"][-1] = 7
    assert table["ts"].sum() == 7


@pytest.mark.parametrize("capacity", [8, 1 << 20])
def test_a_table_that_grows_keeps_what_it_holds(capacity: int) -> None:
    """And has zeros behind it."""
    grown = extended(np.arange(1, 5), capacity)
    assert grown[:4].tolist() == [1, 2, 3, 4]
    assert len(grown) == capacity
    assert not grown[4:].any()


def test_a_table_of_the_wanted_size_stays() -> None:
    """No copy where there is room."""
    table = np.arange(4)
    assert extended(table, 4) is table
