"""Where compiled kernels are kept."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import numba
import pytest

import features
from features import kernel_cache
from features.kernel_cache import kernel_folder


def test_kernels_lie_below_the_folder_that_the_environment_names(tmp_path: Path) -> None:
    """`NUMBA_CACHE_DIR` is kept as the base, as a read-only container needs it."""
    assert Path(kernel_folder(str(tmp_path))).parent == tmp_path
    assert Path(numba.config.CACHE_DIR).name == Path(kernel_folder("")).name  # type: ignore[attr-defined]


def test_a_changed_source_gets_a_folder_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A constant of any module of `features` may be compiled into a kernel."""
    source = tmp_path / "features" / "constants.py"
    source.parent.mkdir()
    source.write_text("ONE = 1\n")
    monkeypatch.setattr(kernel_cache, "_FEATURES", source.parent)
    before = kernel_folder("base")
    source.write_text("ONE = 2\n")
    assert kernel_folder("base") != before


def test_kernels_of_other_packages_count_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What uses `compiled` anywhere is part of the name; other modules are not."""
    (tmp_path / "features").mkdir()
    (tmp_path / "streams").mkdir()
    monkeypatch.setattr(kernel_cache, "_FEATURES", tmp_path / "features")
    empty = kernel_folder("base")
    (tmp_path / "streams" / "shell.py").write_text("import os\n")
    assert kernel_folder("base") == empty
    (tmp_path / "streams" / "loop.py").write_text("from features.compiled import compiled\n")
    assert kernel_folder("base") != empty


def test_a_second_process_finds_what_the_first_compiled(tmp_path: Path) -> None:
    """The cache is used across processes."""
    folder = tmp_path / "cache"
    program = (
        "import numpy as np\nfrom features.hash_index import HashIndex\n"
        "index = HashIndex(); index.put(np.array([7], np.uint64), np.array([70]))\n"
        "print(index.get(np.array([7], np.uint64))[0])"
    )
    counts = []
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", program],
            env={"NUMBA_CACHE_DIR": str(folder), "PYTHONPATH": str(Path.cwd())},
            check=True,
            capture_output=True,
            text=True,
        )
        assert done.stdout.strip() == "70"
        counts.append(len(list(folder.rglob("*.nbc"))))
    assert counts[0] == counts[1] > 0


def test_the_same_sources_in_another_place_are_compiled_already(tmp_path: Path) -> None:
    """A copy of a checkout, or an installed wheel, takes what was compiled of the original."""
    program = (
        "import numpy as np\nfrom features.hash_index import HashIndex, _get\n"
        "HashIndex().get(np.array([7], np.uint64))\nprint(len(_get.stats.cache_hits))"
    )
    hits = []
    for place in ("one", "other"):
        copy, ours = tmp_path / place / "features", Path(features.__file__).parent
        shutil.copytree(ours, copy, ignore=shutil.ignore_patterns("__pycache__"))
        done = subprocess.run(
            [sys.executable, "-c", program],
            env={"NUMBA_CACHE_DIR": str(tmp_path / "cache"), "PYTHONPATH": str(tmp_path / place)},
            check=True,
            capture_output=True,
            text=True,
        )
        hits.append(int(done.stdout))
    assert hits == [0, 1]
