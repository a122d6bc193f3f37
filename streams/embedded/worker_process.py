"""A worker of one's own: a child process, never an orphan, whose log is at hand when it dies."""

from __future__ import annotations

import os
import sys
from abc import ABC, abstractmethod
from pathlib import Path
from types import TracebackType
from typing import Self

from features.errors import LivecueError
from streams.embedded.child import GuardedServer

__all__ = ["WorkerProcess", "WorkerProcessError"]


class WorkerProcessError(LivecueError):
    """A worker ended by itself; the text holds the last lines of its log."""


class WorkerProcess(ABC):
    """One `livecue worker`; use it as a context manager. Subclasses say which settings it gets.

    Parameters
    ----------
    grace_s : seconds that it has to stop by itself.
    """

    def __init__(self, grace_s: float) -> None:
        self._server = GuardedServer("Worker", grace_s)

    @abstractmethod
    def _environment(self, folder: Path) -> dict[str, str]:
        """Return its environment but for `PYTHONPATH`; `folder` is its own, and it works there."""

    def check(self) -> None:
        """Raise `WorkerProcessError` if the worker has ended."""
        if not self._server.alive:
            tail = self._server.log_tail or "(empty)"
            raise WorkerProcessError(f"A worker ended by itself. The end of its log:\n{tail}")

    def __enter__(self) -> Self:
        env = self._environment(self._server.data_dir)
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
