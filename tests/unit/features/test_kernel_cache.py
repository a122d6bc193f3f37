"""Where compiled kernels are kept."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import features
from features.kernel_cache import kernel_folder, source_digest


def test_kernels_lie_below_the_folder_that_the_environment_names(tmp_path: Path) -> None:
    """`NUMBA_CACHE_DIR` is kept, as a read-only container needs it; else beside the sources."""
    assert kernel_folder(str(tmp_path)) == str(tmp_path)
    assert Path(kernel_folder("")).parents[1] == Path(features.__file__).parent


@pytest.fixture(name="tree")
def _tree(tmp_path: Path) -> Callable[..., str]:
    """Write sources into a tree of their own; return the digest of `features/kernel.py`."""

    def write(**sources: str) -> str:
        root = tmp_path / str(len(list(tmp_path.iterdir())))
        for name, text in sources.items():
            path = root / f"{name.replace('__', '/')}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return source_digest("features/kernel.py", root)

    return write


IMPORTS = (
    "from features.constants import ONE\n",
    "from features import constants\n",
    "import features.constants\n",
    "from features import (\n    constants,\n)\n",
    "if True:\n    from features.constants import ONE\n",
)


@pytest.mark.parametrize("kernel", IMPORTS)
def test_a_changed_constant_changes_the_kernels_that_import_it(
    tree: Callable[..., str], kernel: str
) -> None:
    """Whatever the import looks like: the constant may be compiled into them."""
    before = tree(features__kernel=kernel, features__constants="ONE = 1\n")
    assert tree(features__kernel=kernel, features__constants="ONE = 1\n") == before
    assert tree(features__kernel=kernel, features__constants="ONE = 2\n") != before


def test_so_does_one_behind_other_modules(tree: Callable[..., str]) -> None:
    """In another package, and in a circle."""
    there = {
        "features__kernel": "from reminders.between import TWO\n",
        "reminders__between": "from features import kernel\nfrom config.far import TWO\n",
    }
    assert tree(**there, config__far="TWO = 2\n") != tree(**there, config__far="TWO = 3\n")


def test_other_modules_do_not(tree: Callable[..., str]) -> None:
    """A change of what a kernel does not import leaves it compiled."""
    there = {"features__kernel": "import numpy\n"}
    assert tree(**there, features__other="A = 1\n") == tree(**there, features__other="A = 2\n")


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
