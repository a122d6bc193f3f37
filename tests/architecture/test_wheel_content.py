"""The wheel holds every listed package whole, and nothing beside them."""

from __future__ import annotations

import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]
_LISTED = {"config", "features", "online_models", "reminders", "streams"}


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Names of the files in a wheel built now, without network."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=_ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("livecue-*.whl")
    return set(zipfile.ZipFile(wheel).namelist())


def test_the_layout_is_what_the_build_lists() -> None:
    """The packages of the architecture are those of the build."""
    described = tomllib.loads((_ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert set(described["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]) == _LISTED


def test_every_module_is_in_the_wheel(names: set[str]) -> None:
    """Whatever is in the source packages is installed."""
    files = (path for package in _LISTED for path in (_ROOT / package).rglob("*"))
    sources = {
        str(path.relative_to(_ROOT))
        for path in files
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert sources - names == set()
    assert {f"{package}/py.typed" for package in _LISTED} <= names


def test_nothing_else_is_in_the_wheel(names: set[str]) -> None:
    """No tests, documents or caches are installed into someone's site-packages."""
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == _LISTED
    assert [name for name in names if "__pycache__" in name] == []


def test_the_wheel_carries_command_and_licence(names: set[str]) -> None:
    """The console script, the licence and the notice come along."""
    kept = {name.split("/", 1)[1] for name in names if ".dist-info/" in name}
    assert {"entry_points.txt", "licenses/LICENSE", "licenses/NOTICE"} <= kept
