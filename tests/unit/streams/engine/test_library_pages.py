"""Pages of libraries go when only starting needed them, and come back when they are used."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import mmap
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from streams.engine import library_pages, training
from streams.engine.library_pages import leave_library_pages, leave_module_pages

_RESIDENT = """
import re
from pathlib import Path

def resident_mb():
    smaps = Path("/proc/self/smaps").read_text()
    found = re.findall(r"libllvmlite\\S*\\n(?:\\w+: .*\\n)*?Rss: +(\\d+) kB", smaps)
    return sum(map(int, found)) // 1024
"""
_COMPILES = """
import numba
from streams.engine.library_pages import leave_library_pages

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
    told = subprocess.run(
        [sys.executable, "-c", _RESIDENT + _COMPILES], capture_output=True, check=True
    )
    before, after = map(int, told.stdout.split())
    assert before > 30
    assert after < 6


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc tells what is resident")
def test_a_worker_that_is_ready_holds_no_compiler() -> None:
    """Loading the kernels took it."""
    ready = "from streams.readiness import get_ready; get_ready(); print(resident_mb())"
    told = subprocess.run(
        [sys.executable, "-c", _RESIDENT + ready], capture_output=True, check=True
    )
    assert int(told.stdout) < 6


def test_what_is_imported_later_leaves_its_pages_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Once, when it has been imported."""
    (tmp_path / "late_library.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    left: list[bool] = []
    monkeypatch.setattr(
        training, "leave_module_pages", lambda: left.append("late_library" in sys.modules)
    )
    try:
        for _ in range(2):
            asyncio.run(training.at_hand("late_library"))
    finally:
        gc.unfreeze()
        sys.modules.pop("late_library", None)
    assert left == [True]


def _mapping(start: int, rights: str, path: str, anonymous: int = 0, swap: int = 0) -> str:
    return (
        f"{start:x}-{start + 0x2000:x} {rights} 00001000 fe:00 247026      {path}\n"
        f"Size:                  8 kB\nRss:                   8 kB\n"
        f"Anonymous:      {anonymous:8} kB\nAnonHugePages:         0 kB\n"
        f"Swap:           {swap:8} kB\nSwapPss:               0 kB\nVmFlags: rd ex mr mw me\n"
    )


def _told(monkeypatch: pytest.MonkeyPatch, smaps: Path) -> list[tuple[int, int, int]]:
    """Have this be what the system says; the list will hold what it is told."""
    left: list[tuple[int, int, int]] = []

    def madvise(start: ctypes.c_void_p, size: ctypes.c_size_t, advice: int) -> int:
        left.append((start.value or 0, size.value, advice))
        return -1

    monkeypatch.setattr(library_pages, "_SMAPS", smaps)
    monkeypatch.setattr(ctypes, "CDLL", lambda _: SimpleNamespace(madvise=madvise))
    return left


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
    left = _told(monkeypatch, smaps)
    leave_library_pages()
    assert left == [(at, 0x2000, mmap.MADV_DONTNEED) for at in (0x20000, 0x60000)]


def test_only_modules_that_are_imported_are_left_while_others_load(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """By the path that the system knows, with no link in it."""
    real, link = tmp_path / "real", tmp_path / "link"
    real.mkdir()
    link.symlink_to(real)
    monkeypatch.setitem(sys.modules, "a_core", SimpleNamespace(__file__=str(link / "a_core.so")))
    smaps = tmp_path / "smaps"
    smaps.write_text(
        _mapping(0x10000, "r-xp", str(real / "a_core.so"))
        + _mapping(0x20000, "r-xp", str(real / "being_loaded.so"))
    )
    left = _told(monkeypatch, smaps)
    leave_module_pages()
    assert left == [(0x10000, 0x2000, mmap.MADV_DONTNEED)]


def test_nothing_happens_where_the_system_tells_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As on macOS, which has no such file."""
    monkeypatch.setattr(library_pages, "_SMAPS", tmp_path / "none")
    leave_library_pages()
