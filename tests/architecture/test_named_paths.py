"""Paths that the documents name exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]
_TOP = "|".join(
    (
        *("benchmarks", "config", "deploy", "docker", "docs", "features", "online_models"),
        *("reminders", "requirements", "streams", "tests"),
    )
)
# `streams/cli.py`, `docs/adr/`, not `streams/{name}.py`: in backticks, nothing to fill in.
_PATH = re.compile(rf"`((?:{_TOP})/[\w./-]*|\.ci/run|Makefile|pyproject\.toml)`")
_LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)")


def documents() -> list[Path]:
    """Every Markdown page of the repository."""
    return sorted([*_ROOT.glob("*.md"), *(_ROOT / "docs").rglob("*.md")])


@pytest.mark.parametrize("page", documents(), ids=lambda page: str(page.relative_to(_ROOT)))
def test_named_paths_exist(page: Path) -> None:
    """A path in backticks counts from the repository, a link from its page."""
    text = page.read_text(encoding="utf-8")
    missing = [path for path in _PATH.findall(text) if not (_ROOT / path).exists()]
    missing += [link for link in _LINK.findall(text) if not (page.parent / link).exists()]
    assert missing == []


@pytest.mark.parametrize("page", documents(), ids=lambda page: str(page.relative_to(_ROOT)))
def test_decision_records_are_short(page: Path) -> None:
    """An ADR answers what would otherwise be asked again, in at most 60 lines."""
    if page.parent.name == "adr":
        assert len(page.read_text(encoding="utf-8").splitlines()) <= 60
