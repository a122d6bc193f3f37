"""Where compiled kernels are kept: a folder named after all the sources that they depend on.

Numba looks at a kernel's own file alone, and would go on with stale machine code after a change
of a function that it calls, or of a constant that it reads. And it looks where the sources lie: the
same ones in another place would be compiled again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from numba.core.caching import UserProvidedCacheLocator

__all__ = ["KernelLocator", "kernel_folder"]

_FEATURES = Path(__file__).parent
_ROOT = _FEATURES.resolve().parent
_MARK = b"from features.compiled import"


def kernel_folder(base: str) -> str:
    """Return the folder for what is compiled of today's sources.

    Parameters
    ----------
    base : the folder that the environment names (`NUMBA_CACHE_DIR`); "" without one: beside the
        sources. Where those are read-only, Numba takes a folder of the user's.
    """
    return str(Path(base or _FEATURES / "__pycache__") / f"kernels-{_digest()}")


class KernelLocator(UserProvidedCacheLocator):
    """Tells Numba to keep the kernels of a package below its name, wherever its sources lie."""

    @classmethod
    def get_suitable_cache_subpath(cls, py_file: str) -> str:
        """Return `features.update` for a source there; for those of others what Numba does."""
        package = Path(py_file).resolve().parent
        if package.is_relative_to(_ROOT):
            return ".".join(package.relative_to(_ROOT).parts)
        return str(super().get_suitable_cache_subpath(py_file))  # type: ignore[no-untyped-call]


def _digest() -> str:
    digest = hashlib.blake2b(digest_size=8)
    for path in _sources():
        digest.update(path.name.encode() + b"\0")
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _sources() -> Iterator[Path]:
    yield from sorted(_FEATURES.rglob("*.py"))
    for package in ("online_models", "reminders", "streams"):
        for path in sorted((_FEATURES.parent / package).rglob("*.py")):
            if _MARK in path.read_bytes():
                yield path
