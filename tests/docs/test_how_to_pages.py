"""The how-to pages do what they say: their changes apply, and the tests they name then pass."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]
_PAGES = sorted((_ROOT / "docs" / "how-to").glob("add-*.md"))
_FOLDERS = (
    *("benchmarks", "config", "docs", "examples", "features", "online_models", "reminders"),
    *("requirements", "streams", "tests"),
)
_FILES = ("Makefile", "pyproject.toml", "README.md")


def blocks(page: Path, language: str) -> list[str]:
    """The code blocks of a page in one language."""
    text = page.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def copy_of_the_repository(folder: Path) -> None:
    """All that the pages change or run."""
    caches = shutil.ignore_patterns("__pycache__", ".hypothesis")
    for name in _FOLDERS:
        shutil.copytree(_ROOT / name, folder / name, ignore=caches)
    for name in _FILES:
        shutil.copy(_ROOT / name, folder / name)


def run(command: list[str], folder: Path, text: str | None = None) -> None:
    """Run a command in the copy; what it says is the message when it fails."""
    done = subprocess.run(
        command,
        cwd=folder,
        env={"NUMBA_CACHE_DIR": str(_ROOT / "features" / "__pycache__"), **os.environ},
        input=text,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, (
        f"{shlex.join(command)}\n{done.stdout[-4000:]}{done.stderr[-4000:]}"
    )


@pytest.mark.parametrize("page", _PAGES, ids=lambda page: page.stem)
def test_a_page_ends_with_the_test_that_must_pass(page: Path) -> None:
    """The last section is that test, as a command of `make`."""
    *_, last = page.read_text(encoding="utf-8").split("\n## ")
    assert last.startswith("The test that must pass\n```sh\nmake ")
    assert "make test TESTS=" in last
    assert last.endswith("```\n")


@pytest.mark.parametrize("page", _PAGES, ids=lambda page: page.stem)
def test_a_page_works(page: Path, tmp_path: Path) -> None:
    """Applied to a copy of the repository, its changes pass the tests that it names."""
    copy_of_the_repository(tmp_path)
    run(["git", "apply", "-"], tmp_path, "".join(blocks(page, "diff")))
    (commands,) = blocks(page, "sh")
    for command in commands.splitlines():
        make, *words = shlex.split(command)
        assert make == "make"
        # The environment that runs this test is installed already, and two of everything run.
        here = [f"BIN={Path(sys.executable).parent}", "SIDE_BY_SIDE="]
        run([make, "-o", "install", *here, *words], tmp_path)
