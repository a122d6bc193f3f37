"""A worker of one's own: a child process, never an orphan, whose log is at hand when it dies."""

from __future__ import annotations

import os
import sys
from abc import abstractmethod
from pathlib import Path
from typing import Self

import streams
from streams.clients.closing import Closing
from streams.embedded.child import EmbeddedError, GuardedServer

__all__ = ["WorkerProcess"]


class WorkerProcess(Closing):
    """One `livecue worker`; use it as a context manager. Subclasses say which settings it gets.

    Parameters
    ----------
    grace_s : seconds that it has to stop by itself.
    """

    def __init__(self, grace_s: float) -> None:
        self._server = GuardedServer("Worker", grace_s)

    @abstractmethod
    def _environment(self, folder: Path) -> dict[str, str]:
        """Return its environment; `folder` is its own, and it works there."""

    def check(self) -> None:
        """Raise `EmbeddedError` with the log's last lines when the worker has died."""
        if not self._server.alive:
            tail = self._server.log_tail
            raise EmbeddedError(f"The worker died. The end of its log:\n{tail or '(empty)'}")

    def close(self) -> None:
        """Stop it."""
        self._server.stop()

    def __enter__(self) -> Self:
        env = self._environment(self._server.data_dir)
        # It has another working folder than we, where only an installed package is found.
        path = [str(Path(streams.__file__).parents[1]), env.get("PYTHONPATH")]
        env["PYTHONPATH"] = os.pathsep.join(filter(None, path))
        self._server.spawn([sys.executable, "-m", "streams", "worker"], env)
        return self
