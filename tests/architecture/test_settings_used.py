"""Every setting does something: none is described that no code reads."""

from __future__ import annotations

import ast
from pathlib import Path

from config.catalogue import catalogue
from config.secret_files import secret_files

_ROOT = Path(__file__).parents[2]


def attributes() -> set[str]:
    """Every attribute that the shell, or the topic table, reads."""
    files = [*(_ROOT / "streams").rglob("*.py"), _ROOT / "config/topics.py"]
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in files]
    return {n.attr for tree in trees for n in ast.walk(tree) if isinstance(n, ast.Attribute)}


def test_every_setting_is_read_somewhere() -> None:
    """A setting nobody reads would be a promise nobody keeps."""
    read = attributes() | {path[-1] for path in secret_files().values()}
    assert [s.name for s in catalogue().values() if s.path[-1] not in read] == []
