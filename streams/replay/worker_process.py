"""Workers of one's own: child processes with their own settings, never orphans."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from types import TracebackType

import streams
from config import Settings
from features.errors import LivecueError
from streams.embedded import guard
from streams.settings_text import settings_toml

__all__ = ["WorkerProcess", "WorkerProcessError"]

_GRACE_S = 10.0
_TAIL_LINES = 15


class WorkerProcessError(LivecueError):
    """A worker ended by itself; the text holds the last lines of its log."""


class WorkerProcess:
    """`livecue worker` under the guard of the embedded servers, from construction to `close`.

    Parameters
    ----------
    settings : all that it goes by; `LIVECUE_*` of this process does not reach it.
    """

    def __init__(self, settings: Settings) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="livecue-worker-"))
        file = self._folder / "livecue.toml"
        file.write_text(settings_toml(settings), "utf-8")
        self._log = (self._folder / "worker.log").open("a+b")
        root = str(Path(streams.__file__).parents[1])
        path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("LIVECUE_")}
        guarded = [sys.executable, "-I", "-S", guard.__file__, str(self._folder), str(_GRACE_S)]
        self._process = subprocess.Popen(
            [*guarded, sys.executable, "-m", "streams", "worker"],
            stdin=subprocess.PIPE,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            cwd=self._folder,
            env={**inherited, "PYTHONPATH": path, "LIVECUE_CONFIG": str(file)},
            start_new_session=True,
        )

    def check(self) -> None:
        """Raise `WorkerProcessError` if the worker has ended."""
        code = self._process.poll()
        if code is not None:
            self._log.seek(0)
            lines = self._log.read().decode("utf-8", "replace").splitlines()[-_TAIL_LINES:]
            tail = "\n".join(lines) or "(empty)"
            raise WorkerProcessError(f"a worker ended with {code}. The end of its log:\n{tail}")

    def close(self) -> None:
        """End the worker in good order and wait for it; may be called twice."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(_GRACE_S + 5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> WorkerProcess:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
