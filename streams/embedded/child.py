"""A server as a guarded child process, with its log and its data in a folder that goes with it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from features.errors import LivecueError

__all__ = ["EmbeddedError", "GuardedServer"]

_TAIL_LINES = 15
_POLL_S = 0.02
_GUARD = Path(__file__).with_name("guard.py")


class EmbeddedError(LivecueError):
    """An embedded server could not be found, started or kept running."""


class GuardedServer:
    """One server process under `guard.py`: never an orphan, its data dir removed at its end.

    Parameters
    ----------
    name : what errors call it
    grace_s : seconds between SIGTERM and SIGKILL
    """

    def __init__(self, name: str, grace_s: float = 10.0) -> None:
        self._name = name
        self._grace_s = grace_s
        self._process: subprocess.Popen[bytes] | None = None
        self.data_dir = Path(tempfile.mkdtemp(prefix=f"livecue-{name.lower()}-"))
        # Kept open: the guard removes the folder before we read why its server ended.
        self._log = (self.data_dir / "server.log").open("a+b")

    def spawn(self, command: Sequence[str], env: Mapping[str, str] | None = None) -> None:
        """Start the server, in our environment or `env`; its output goes to `server.log`."""
        guarded = [sys.executable, "-I", "-S", str(_GUARD), str(self.data_dir), str(self._grace_s)]
        self._process = subprocess.Popen(
            [*guarded, *command],
            stdin=subprocess.PIPE,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            cwd=self.data_dir,
            env=env,
            start_new_session=True,
        )

    def wait_until(self, answers: Callable[[], bool], timeout_s: float) -> None:
        """Poll until the server answers.

        Raises
        ------
        EmbeddedError
            It ended, or did not answer in time; the text holds the log's last lines.
        """
        deadline = time.monotonic() + timeout_s
        while not answers():
            if not self.alive:
                raise self._failure("ended while it started")
            if time.monotonic() > deadline:
                raise self._failure(f"did not answer within {timeout_s:g} s")
            time.sleep(_POLL_S)

    @property
    def alive(self) -> bool:
        """Whether the server still runs."""
        return self._process is not None and self._process.poll() is None

    @property
    def log_tail(self) -> str:
        """The last lines of what the server wrote, until `stop`."""
        self._log.seek(0)
        text = self._log.read().decode("utf-8", "replace")
        return "\n".join(text.splitlines()[-_TAIL_LINES:])

    def stop(self) -> None:
        """End the server and wait for it; may be called twice."""
        process, self._process = self._process, None
        if process is not None:
            if process.stdin is not None:
                process.stdin.close()
            try:
                process.wait(self._grace_s + 5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._log.close()
        shutil.rmtree(self.data_dir, ignore_errors=True)

    def _failure(self, what: str) -> EmbeddedError:
        tail = self.log_tail
        self.stop()
        return EmbeddedError(f"{self._name} {what}. The end of its log:\n{tail or '(empty)'}")
