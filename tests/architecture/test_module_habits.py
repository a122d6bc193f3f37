"""House rules about files: small, named after a noun, and honest about what they export."""

from __future__ import annotations

import ast
import importlib
import subprocess
from collections import Counter
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]
_PACKAGES = ["config", "features", "online_models", "reminders", "streams"]
_MOST_LINES = 300
_SAYS_NOTHING = {"base", "common", "helper", "helpers", "misc", "util", "utils"}
# Importing it makes the app: the one module with an import-time effect.
_WITH_EFFECT = {"streams.worker"}


def sources(*folders: str) -> list[Path]:
    """Every Python file under these folders of the repository, relative to it."""
    return sorted(
        path.relative_to(_ROOT) for folder in folders for path in (_ROOT / folder).rglob("*.py")
    )


_ALL = sources(*_PACKAGES, "tests", "benchmarks", "requirements", "docs")


def test_no_file_is_two_things() -> None:
    """Over 300 lines a file holds two nouns."""
    lines = {str(path): len((_ROOT / path).read_text("utf-8").splitlines()) for path in _ALL}
    assert {path: count for path, count in lines.items() if count > _MOST_LINES} == {}


def test_no_file_is_named_after_nothing() -> None:
    """A module is named after what it holds."""
    assert [str(path) for path in _ALL if _SAYS_NOTHING & {*path.parts[:-1], path.stem}] == []


def test_tests_and_docker_are_no_packages() -> None:
    """An `__init__.py` there would be importable in place of a library of that name."""
    tracked = (_ROOT / folder for folder in ("tests", "docker", "benchmarks"))
    assert [str(p) for folder in tracked for p in folder.rglob("__init__.py")] == []


def test_test_files_have_names_of_their_own() -> None:
    """A failure's file name says where it is, whatever the folder."""
    names = Counter(path.name for path in sources("tests") if path.name.startswith("test_"))
    assert [name for name, count in names.items() if count > 1] == []


def module_name(path: Path) -> str:
    """The dotted name of a source file."""
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@pytest.mark.parametrize("package", _PACKAGES)
def test_exports_exist(package: str) -> None:
    """Every name in `__all__` is there, once, and every module can be imported."""
    wrong = []
    for path in sources(package):
        name = module_name(path)
        if name in _WITH_EFFECT or path.stem == "__main__":
            continue
        module = importlib.import_module(name)
        exported: list[str] = getattr(module, "__all__", [])
        wrong += [f"{name}.{export}" for export in exported if not hasattr(module, export)]
        wrong += [f"{name}.{export} twice" for export, n in Counter(exported).items() if n > 1]
    assert wrong == []


@pytest.mark.parametrize("package", _PACKAGES)
def test_packages_import_only_what_modules_export(package: str) -> None:
    """What one module of ours takes from another is in its `__all__`, so nothing private leaks."""
    wrong = []
    for path in sources(package):
        tree = ast.parse((_ROOT / path).read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if not isinstance(node, ast.ImportFrom) or not node.module:
                continue
            if node.module.split(".")[0] in _PACKAGES:
                private = [alias.name for alias in node.names if alias.name.startswith("_")]
                wrong += [f"{path} takes {node.module}.{name}" for name in private]
    assert wrong == []


def test_nothing_generated_is_committed() -> None:
    """Environments, caches and builds stay out of the repository."""
    listed = subprocess.run(
        ["git", "ls-files", "-ci", "--exclude-standard"],
        cwd=_ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert listed.stdout == ""
