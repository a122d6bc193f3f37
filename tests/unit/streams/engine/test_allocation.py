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

_THREADS = """
from pathlib import Path
from threading import Barrier, Thread
from streams.engine.allocation import keep_freed
from streams.engine.heap import give_back_freed

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

def work():
    pieces = [b"x" * 20_000 for _ in range(1_000)]
    together.wait()
    del pieces

keep_freed()
together = Barrier(2)
before = resident()
threads = [Thread(target=work) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
give_back_freed()
print(resident() - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc can be told")
def test_what_threads_freed_is_given_back() -> None:
    """Each of two had 20 MB at once; the ends of heaps of their own would stay."""
    told = subprocess.run([sys.executable, "-c", _THREADS], capture_output=True, check=True)
    assert int(told.stdout) < 5 << 20


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc can be told")
def test_no_new_pages_where_as_much_was_freed() -> None:
    """Four pieces of 6 MB, again and again, have 6,144 pages each time; they come once."""
    told = subprocess.run([sys.executable, "-c", _FAULTS], capture_output=True, check=True)
    assert int(told.stdout) < 600
