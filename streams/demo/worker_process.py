"""The demo's worker: a process of its own, never an orphan, whose log is at hand when it dies."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from config.environment import CONFIG_VARIABLE
from features.errors import LivecueError
from streams.embedded.child import GuardedServer

__all__ = ["WorkerProcess"]

_DEFAULT_FILE = "livecue.toml"


class WorkerProcess:
    """One `livecue worker`; use it as a context manager.

    Parameters
    ----------
    env : settings that it gets beside our own environment.
    """

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env
        self._server = GuardedServer("Worker", grace_s=5.0)

    def check(self) -> None:
        """Raise `LivecueError` with the log's last lines when the worker has died."""
        if not self._server.alive:
            tail = self._server.log_tail
            raise LivecueError(f"The worker died. The end of its log:\n{tail or '(empty)'}")

    def __enter__(self) -> WorkerProcess:
        file = Path(os.environ.get(CONFIG_VARIABLE) or _DEFAULT_FILE)
        env = {**os.environ, **self._env}
        if file.is_file():
            # The worker has another working folder than we.
            env[CONFIG_VARIABLE] = str(file.absolute())
        env["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
        self._server.spawn([sys.executable, "-m", "streams", "worker"], env)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.stop()
