"""`livecue` as a process of its own, as an operator runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

__all__ = ["process_environment", "run_livecue", "running_livecue", "start_livecue"]

ROOT = Path(__file__).parents[3]


def process_environment(settings: Mapping[str, str]) -> dict[str, str]:
    """This process's environment with `LIVECUE_*` variables, in which `streams` is found."""
    return {**os.environ, "PYTHONPATH": str(ROOT), **settings}


def run_livecue(
    folder: Path, environment: Mapping[str, str], *arguments: str, timeout_s: float = 120
) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder to its end, whatever it ends with, in time."""
    return subprocess.run(
        [sys.executable, "-m", "streams", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )


def start_livecue(
    folder: Path, environment: Mapping[str, str], *arguments: str
) -> subprocess.Popen[str]:
    """Start a command in a folder; its output and errors are to be read."""
    return subprocess.Popen(
        [sys.executable, "-m", "streams", *arguments],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@contextmanager
def running_livecue(
    folder: Path, environment: Mapping[str, str], *arguments: str
) -> Iterator[subprocess.Popen[str]]:
    """A command that runs in a folder; killed if it does not end by itself."""
    with start_livecue(folder, environment, *arguments) as process:
        try:
            yield process
        finally:
            process.kill()
