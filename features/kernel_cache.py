"""Where compiled kernels are kept: for each source, in a folder named after all it depends on.

Numba looks at a kernel's own file alone, and would go on with stale machine code after a change
of a function that it calls, or of a constant that it reads. And it looks where the sources lie: the
same ones in another place would be compiled again.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path

from numba.core.caching import UserProvidedCacheLocator

__all__ = ["KernelLocator", "kernel_folder", "source_digest"]

_ROOT = Path(__file__).resolve().parents[1]
_PACKAGES = frozenset(("benchmarks", "config", "features", "online_models", "reminders", "streams"))
_IMPORT = re.compile(
    r"^[ \t]*(?:from\s+([\w.]+)\s+import\s+(\([^)]*\)|[^\n]+)|import\s+([\w.]+))", re.MULTILINE
)


def kernel_folder(base: str) -> str:
    """Return the folder for what is compiled.

    Parameters
    ----------
    base : the folder that the environment names (`NUMBA_CACHE_DIR`); "" without one: beside the
        sources. Where those are read-only, Numba takes a folder of the user's.
    """
    return base or str(Path(__file__).parent / "__pycache__" / "kernels")


class KernelLocator(UserProvidedCacheLocator):
    """Tells Numba to keep the kernels of a source below its name, wherever it lies."""

    @classmethod
    def get_suitable_cache_subpath(cls, py_file: str) -> str:
        """Return `features.dedup-` and a digest for a source; for others' what Numba does."""
        source = Path(py_file).resolve()
        if source.is_relative_to(_ROOT):
            name = source.relative_to(_ROOT)
            if name.parts[0] in _PACKAGES:
                module = ".".join(name.with_suffix("").parts)
                return f"{module}-{source_digest(name.as_posix(), _ROOT)}"
        return str(super().get_suitable_cache_subpath(py_file))  # type: ignore[no-untyped-call]


def source_digest(source: str, root: Path) -> str:
    """Return a digest of a source and of all modules of ours that it imports, through others too.

    Parameters
    ----------
    source : below `root`, like `features/dedup.py`.
    root : the folder in which our packages lie.
    """
    found, waiting = {source}, [source]
    while waiting:
        news = _read(waiting.pop(), root)[1] - found
        found |= news
        waiting += news
    digest = hashlib.blake2b(digest_size=8)
    for name in sorted(found):
        digest.update(name.encode() + b"\0" + _read(name, root)[0])
    return digest.hexdigest()


@cache
def _read(source: str, root: Path) -> tuple[bytes, frozenset[str]]:
    """Return the digest of a source, and the modules of ours that it imports itself."""
    text = (root / source).read_text("utf-8")
    modules: set[str] = set()
    for package, listed, module in _IMPORT.findall(text):
        name = package or module
        if name.partition(".")[0] in _PACKAGES:
            modules |= _run_by(name, root)
            if root.joinpath(*name.split(".")).is_dir():
                for each in re.findall(r"\w+", listed):
                    modules |= _run_by(f"{name}.{each}", root)
    return hashlib.blake2b(text.encode()).digest(), frozenset(modules)


@cache
def _run_by(name: str, root: Path) -> frozenset[str]:
    """Return the sources that run when a module of ours is imported: its packages' and its own."""
    parent = name.rpartition(".")[0]
    before = _run_by(parent, root) if parent else frozenset()
    place = name.replace(".", "/")
    own = (f"{place}.py", f"{place}/__init__.py")
    return before | {source for source in own if (root / source).is_file()}
