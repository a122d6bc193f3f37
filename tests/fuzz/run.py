"""Fuzz with atheris: `python tests/fuzz/run.py [MINUTES]`, shared out over all targets.

What breaks one is kept in its corpus, where `tests/fuzz/test_corpus.py` finds it again.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import atheris

ROOT = Path(__file__).parents[2]
CORPUS = Path(__file__).with_name("corpus")
MAX_BYTES = 4_096
AT_ONCE = 2
PACKAGES = ("config", "features", "reminders")


def fuzz(name: str, seconds: int, fresh: str) -> None:
    """Fuzz one target in this process, which ends with it."""
    with atheris.instrument_imports(include=[*PACKAGES], exclude=_modules_of_kernels()):
        from fuzzing.targets import TARGETS

    target = TARGETS[name]
    options = [f"-max_total_time={seconds}", f"-max_len={MAX_BYTES}", "-timeout=10"]
    options += [f"-artifact_prefix={CORPUS / name}/", "-verbosity=0", "-print_final_stats=1"]
    atheris.Setup([sys.argv[0], *options, fresh, str(CORPUS / name)], target)
    atheris.Fuzz()


def _modules_of_kernels() -> list[str]:
    """Return the modules with compiled functions: Numba cannot compile what is instrumented."""
    sources = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    kernels = [
        path for path in sources if "@compiled" in (text := path.read_text()) or "@inlined" in text
    ]
    return [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in kernels]


def main(minutes: float) -> int:
    """Fuzz every target, two at once; how many had a finding."""
    names = sorted(path.name for path in CORPUS.iterdir())
    seconds = max(1, int(minutes * 60 * AT_ONCE / len(names)))
    failed = 0
    for first in range(0, len(names), AT_ONCE):
        with tempfile.TemporaryDirectory() as fresh:
            running = [
                (name, _start(name, seconds, fresh)) for name in names[first : first + AT_ONCE]
            ]
            for name, process in running:
                code = process.wait()
                print(f"{name}: {'no finding' if code == 0 else 'a finding, see its corpus'}")
                failed += code != 0
    return failed


def _start(name: str, seconds: int, fresh: str) -> subprocess.Popen[bytes]:
    folder = Path(fresh) / name
    folder.mkdir()
    command = [sys.executable, __file__, "--target", name, str(seconds), str(folder)]
    path = f"{ROOT}:{ROOT / 'tests' / 'support'}"
    return subprocess.Popen(command, cwd=ROOT, env={"PYTHONPATH": path, "PATH": "/usr/bin:/bin"})


if __name__ == "__main__":
    if sys.argv[1:2] == ["--target"]:
        fuzz(sys.argv[2], int(sys.argv[3]), sys.argv[4])
    sys.exit(main(float(sys.argv[1]) if sys.argv[1:] else 10.0))
