"""scikit-learn for the comparison's own learners: beside the project's packages, never in them."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

from streams.embedded.jars import exclusive

__all__ = ["Unavailable", "learner_packages"]

_LOCK = Path(__file__).with_name("requirements.txt")
_FOLDER = Path(__file__).parents[2] / ".venv-quality"
_INSTALL_S = 600


class Unavailable(Exception):  # noqa: N818 - it is no error of ours
    """The packages cannot be installed on this machine; the text says why."""


def learner_packages(folder: Path = _FOLDER) -> None:
    """Make the locked packages importable after all others, installed first where they are not.

    Raises
    ------
    Unavailable
        The packages cannot be installed.
    """
    stamp, packages = folder / "locked", folder / "packages"
    folder.mkdir(exist_ok=True)
    digest = hashlib.sha256(_LOCK.read_bytes()).hexdigest()
    with exclusive(folder / "lock"):
        if not stamp.is_file() or stamp.read_text() != digest:
            _install(packages)
            stamp.write_text(digest)
    if str(packages) not in sys.path:
        sys.path.append(str(packages))


def _install(packages: Path) -> None:
    uv = Path(sys.executable).with_name("uv")
    command = [str(uv), "pip", "install", "--quiet", "--python", sys.executable]
    command += ["--require-hashes", "--no-deps", "--target", str(packages), "-r", str(_LOCK)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=_INSTALL_S, check=False)
    if done.returncode:
        raise Unavailable(f"the learners do not install: {done.stderr.strip()[-400:]}")
