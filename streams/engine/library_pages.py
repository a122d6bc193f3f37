"""Pages of shared libraries that only starting needed, left to the system."""

from __future__ import annotations

import contextlib
import ctypes
import mmap
import re
import sys
from collections.abc import Container
from pathlib import Path

__all__ = ["leave_library_pages", "leave_module_pages"]

_SMAPS = Path("/proc/self/smaps")
_AS_IN_ITS_FILE = re.compile(
    r"^(?P<start>[0-9a-f]+)-(?P<end>[0-9a-f]+) r-[x-]p \S+ \S+ \S+ +(?P<path>/.*\.so[^/\n]*)\n"
    r"(?:\w+: .*\n)*?Anonymous: +0 kB\n"
    r"(?:\w+: .*\n)*?Swap: +0 kB\n",
    re.MULTILINE,
)
"""A part of a library that nobody may write to, and nobody wrote to before that was so."""


def leave_library_pages(among: Container[str] | None = None) -> None:
    """Keep no page of a library resident until it is used again; only Linux can, else nothing.

    LLVM alone has 70 MB in memory once it has loaded the kernels, and is asked no more. The system
    has the pages in its cache of files for as long as it has room, and what is used again
    comes from there. While other threads may load libraries, say which ones are loaded: what is
    not written to yet may be about to be.

    Parameters
    ----------
    among : real paths of the libraries; None: all.
    """
    madvise = getattr(ctypes.CDLL(None), "madvise", None)
    if madvise is None:
        return
    with contextlib.suppress(OSError):
        for mapping in _AS_IN_ITS_FILE.finditer(_SMAPS.read_text("utf-8", "replace")):
            if among is None or mapping["path"] in among:
                start, end = int(mapping["start"], 16), int(mapping["end"], 16)
                madvise(ctypes.c_void_p(start), ctypes.c_size_t(end - start), mmap.MADV_DONTNEED)


def leave_module_pages() -> None:
    """Do the same with modules that are imported, whatever other threads do."""
    files = [getattr(module, "__file__", None) for module in [*sys.modules.values()]]
    # Importing a shared library as a module ends after it is loaded.
    leave_library_pages({str(Path(file).resolve()) for file in files if file and ".so" in file})
