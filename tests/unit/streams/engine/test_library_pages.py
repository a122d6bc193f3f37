"""Pages of libraries go when only starting needed them, and come back when they are used."""

from __future__ import annotations

import ctypes
import mmap
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from streams.engine import library_pages
from streams.engine.library_pages import leave_library_pages

_LLVM = """
import re
from pathlib import Path
import numba
from streams.engine.library_pages import leave_library_pages

def resident_mb():
    found = re.findall(r"libllvmlite\\S*\\n(?:\\w+: .*\\n)*?Rss: +(\\d+) kB", smaps())
    return sum(map(int, found)) // 1024

def smaps():
    return Path("/proc/self/smaps").read_text()

@numba.njit
def double(number):
    return 2 * number

@numba.njit
def half(number):
    return number / 2

assert double(21) == 42
print(resident_mb())
leave_library_pages()
print(resident_mb())
assert half(84) == double(21) == 42
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc tells what is resident")
def test_the_compiler_is_not_resident_once_it_is_done() -> None:
    """And compiles as before when it is needed again."""
    told = subprocess.run([sys.executable, "-c", _LLVM], capture_output=True, check=True)
    before, after = map(int, told.stdout.split())
    assert before > 30
    assert after < 6


def _mapping(start: int, rights: str, path: str, anonymous: int = 0, swap: int = 0) -> str:
    return (
        f"{start:x}-{start + 0x2000:x} {rights} 00001000 fe:00 247026      {path}\n"
        f"Size:                  8 kB\nRss:                   8 kB\n"
        f"Anonymous:      {anonymous:8} kB\nAnonHugePages:         0 kB\n"
        f"Swap:           {swap:8} kB\nSwapPss:               0 kB\nVmFlags: rd ex mr mw me\n"
    )


def test_only_what_is_as_in_its_file_is_left(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What was relocated, in memory or swapped out, what can be written to: all of that stays."""
    smaps = tmp_path / "smaps"
    smaps.write_text(
        _mapping(0x10000, "r-xp", "/usr/bin/python3.11")
        + _mapping(0x20000, "r-xp", "/lib/my libs/libm.so.6")
        + _mapping(0x30000, "r--p", "/lib/libm.so.6", anonymous=4)
        + _mapping(0x40000, "rw-p", "/lib/libm.so.6")
        + _mapping(0x50000, "r--p", "/lib/libm.so.6", swap=4)
        + _mapping(0x60000, "r--p", "/x/_core.cpython-311-x86_64-linux-gnu.so")
        + _mapping(0x70000, "r--s", "/lib/libm.so.6")
        + _mapping(0x80000, "r--p", "/lib/x.so.d/locale-archive")
        + _mapping(0x90000, "rw-p", "")
    )
    left: list[tuple[int, int, int]] = []

    def madvise(start: ctypes.c_void_p, size: ctypes.c_size_t, advice: int) -> int:
        left.append((start.value or 0, size.value, advice))
        return -1

    monkeypatch.setattr(library_pages, "_SMAPS", smaps)
    monkeypatch.setattr(ctypes, "CDLL", lambda _: SimpleNamespace(madvise=madvise))
    leave_library_pages()
    assert left == [(at, 0x2000, mmap.MADV_DONTNEED) for at in (0x20000, 0x60000)]


def test_nothing_happens_where_the_system_tells_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As on macOS, which has no such file."""
    monkeypatch.setattr(library_pages, "_SMAPS", tmp_path / "none")
    leave_library_pages()
