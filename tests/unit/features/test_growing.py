"""Tables of zeros, and room for more."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from features.growing import extended, untouched

_HUGE = Path("/sys/kernel/mm/transparent_hugepage")
_MAPPING = r"^([0-9a-f]+)-([0-9a-f]+) .*\n(?:\w+: .*\n)*?VmFlags: (.*)\n"
_ROOM = """
from pathlib import Path
from features.state import UserState
from features.user_table import UserTable
from streams.engine.allocation import keep_freed
from streams.engine.heap import give_back_freed

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
held = states()
give_back_freed()
with_them = resident()
del held
give_back_freed()
print(with_them - resident())
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc tells what is resident")
def test_room_for_users_takes_no_memory_before_they_come() -> None:
    """Eight partitions have room for 131,072 users each, and 160 MB were freed just before."""
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


def _flags(address: int) -> list[str]:
    """What the system keeps about the mapping that an address is in; it may have joined several."""
    mappings = Path("/proc/self/smaps").read_text("utf-8")
    for start, end, flags in re.findall(_MAPPING, mappings, re.MULTILINE):
        if int(start, 16) <= address < int(end, 16):
            return list(flags.split())
    raise AssertionError(f"nothing is mapped at {address:x}")


@pytest.mark.skipif(not _HUGE.exists(), reason="this system has no huge pages")
@pytest.mark.parametrize(
    ("size", "scattered", "huge"),
    [
        (8 << 20, False, False),
        (8 << 20, True, True),
        (1 << 20, True, False),
        (40 << 20, False, True),
    ],
)
def test_huge_pages_are_asked_for_where_they_hold_little_room(
    size: int, scattered: bool, huge: bool
) -> None:
    """A table that fills from its beginning has room in its last one, a scattered one has none."""
    table = untouched(size, np.uint8, scattered=scattered)
    assert ("hg" in _flags(table.ctypes.data)) == huge


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
