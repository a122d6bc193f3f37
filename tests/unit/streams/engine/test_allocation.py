"""What is freed serves what comes next."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

_FAULTS = """
import resource
from streams.engine.allocation import keep_freed

def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(8):
        pieces = [bytearray(6 << 20) for _ in range(4)]
        for piece in pieces:
            piece[::4096] = bytes(len(piece) // 4096)
        del pieces, piece
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

keep_freed()
faults()
print(faults())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc can be told")
def test_no_new_pages_where_as_much_was_freed() -> None:
    """Four pieces of 6 MB, again and again, have 6,144 pages each time; they come once."""
    told = subprocess.run([sys.executable, "-c", _FAULTS], capture_output=True, check=True)
    assert int(told.stdout) < 600
