"""Child processes of a benchmark: they end with it, and their output is read with a deadline."""

from __future__ import annotations

import os
import selectors
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

import orjson

__all__ = ["child_environment", "ended", "started"]

ROOT = Path(__file__).parents[2]


def child_environment(**more: str) -> dict[str, str]:
    """Return our environment, without settings of Livecue's, with the repository importable."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("LIVECUE_")}
    return {**own, "PYTHONPATH": str(ROOT), **more}


def started(
    command: Sequence[str],
    *,
    env: Mapping[str, str],
    stdout: int | IO[Any] | None = None,
    stderr: int | IO[Any] | None = None,
    stdin: int | None = None,
) -> subprocess.Popen[bytes]:
    """Start a process in our process group: whoever ends that ends it too."""
    return subprocess.Popen(command, env=env, stdout=stdout, stderr=stderr, stdin=stdin, cwd=ROOT)


def ended(process: subprocess.Popen[bytes], timeout_s: float) -> Iterator[dict[str, Any]]:
    """Yield the JSON objects that a process prints, each when it comes, until it ends.

    Lines that are no JSON object are left out.

    Raises
    ------
    TimeoutError
        It has not ended within `timeout_s`.
    """
    deadline, rest = time.monotonic() + timeout_s, b""
    assert process.stdout is not None  # noqa: S101 - the caller asked for a pipe
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"not done within {timeout_s:g} s.")
            if not selector.select(min(left, 1.0)):
                continue
            data = os.read(process.stdout.fileno(), 1 << 16)
            if not data:
                process.wait(max(left, 1.0))
                return
            *lines, rest = (rest + data).split(b"\n")
            yield from (message for line in lines if (message := _parsed(line)))


def _parsed(line: bytes) -> dict[str, Any]:
    try:
        message = orjson.loads(line)
    except orjson.JSONDecodeError:
        return {}
    return message if isinstance(message, dict) else {}
