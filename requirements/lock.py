"""Write the lock: exact versions and hashes for Python 3.11 to 3.13, with no index address."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_FOLDER = Path(__file__).parent
_UV = Path(sys.executable).with_name("uv")
_HEADER = """\
# Written by `make lock` from pyproject.toml: do not edit.
# {meaning}, with hashes, for Python 3.11 to 3.13.
"""
# The first is resolved freely; the others take its versions.
_LOCKS = {
    "dev": ("Everything: runtime, embedded servers, tools", ["--extra=embedded", "--group=dev"]),
    "embedded": ("Runtime and embedded servers", ["--extra=embedded", "-c=requirements/dev.txt"]),
    "runtime": ("Runtime alone, as in the image", ["-c=requirements/dev.txt"]),
}


def _compile(options: list[str]) -> str:
    command = [str(_UV), "pip", "compile", "--quiet", "--universal", "--python-version=3.11"]
    command += ["--upgrade", "--generate-hashes", "--no-emit-index-url", "--no-header"]
    command += ["--no-annotate", "pyproject.toml"]
    done = subprocess.run(
        [*command, *options], cwd=_FOLDER.parent, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout


def main() -> None:
    """Write every lock file."""
    for name, (meaning, options) in _LOCKS.items():
        text = _HEADER.format(meaning=meaning) + _compile(options)
        (_FOLDER / f"{name}.txt").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
