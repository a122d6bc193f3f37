"""Commands, targets, settings and paths that the docs name exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from config.catalogue import catalogue
from streams.cli import COMMANDS

_ROOT = Path(__file__).parents[2]
_PAGES = sorted([*_ROOT.glob("*.md"), *(_ROOT / "docs").rglob("*.md")])
_TARGETS = set(re.findall(r"^([a-z-]+):", (_ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
_CODE = re.compile(r"`([^`\n]+)`|^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def code_of(page: Path) -> list[str]:
    """What stands in backticks or in shell blocks, a line each."""
    found = _CODE.findall(page.read_text(encoding="utf-8"))
    return [line.strip() for pair in found for text in pair for line in text.splitlines()]


@pytest.mark.parametrize("page", _PAGES, ids=lambda page: str(page.relative_to(_ROOT)))
def test_named_make_targets_exist(page: Path) -> None:
    """`make demo` is a target, with or without variables behind it."""
    named = {word for line in code_of(page) for word in re.findall(r"^make ([a-z-]+)", line)}
    assert named - _TARGETS == set()


@pytest.mark.parametrize("page", _PAGES, ids=lambda page: str(page.relative_to(_ROOT)))
def test_named_commands_exist(page: Path) -> None:
    """`livecue worker` is a command that has its file."""
    named = {word for line in code_of(page) for word in re.findall(r"^livecue ([a-z]+)", line)}
    assert named - set(COMMANDS) == set()
    present = {path.stem for path in (_ROOT / "streams" / "commands").glob("*.py")}
    assert named - present == set()


@pytest.mark.parametrize("page", _PAGES, ids=lambda page: str(page.relative_to(_ROOT)))
def test_named_settings_exist(page: Path) -> None:
    """`kafka.session_timeout_s` in backticks is a setting, wherever its group is one."""
    paths = {".".join(path) for path in catalogue()}
    groups = {path.split(".")[0] for path in paths if "." in path} - {"streams", "config"}
    named = {line for line in code_of(page) if re.fullmatch(r"[a-z]+\.[a-z_0-9]+", line)}
    assert {name for name in named if name.split(".")[0] in groups} - paths == set()


@pytest.mark.parametrize("page", _PAGES, ids=lambda page: str(page.relative_to(_ROOT)))
def test_named_tests_exist(page: Path) -> None:
    """What a page tells to run with TESTS is there, or the page itself brings it."""
    text = page.read_text(encoding="utf-8")
    named = re.findall(r"TESTS=\"?((?:tests/[\w/.]+ ?)+)", text)
    brought = set(re.findall(r"^\+\+\+ b/(\S+)$", text, re.MULTILINE))
    missing = {path for paths in named for path in paths.split() if not (_ROOT / path).exists()}
    assert missing - brought == set()
