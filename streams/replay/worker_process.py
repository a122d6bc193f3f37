"""Workers of one's own: child processes with their own settings, never orphans."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import TracebackType

import streams
from config import Settings
from config.environment import CONFIG_VARIABLE
from features.errors import LivecueError
from streams.embedded.child import GuardedServer
from streams.settings_text import secret_variables, settings_toml

__all__ = ["WorkerProcess", "WorkerProcessError"]


class WorkerProcessError(LivecueError):
    """A worker ended by itself; the text holds the last lines of its log."""


class WorkerProcess:
    """One `livecue worker`; use it as a context manager.

    Parameters
    ----------
    settings : all that it goes by; `LIVECUE_*` of this process does not reach it.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._server = GuardedServer("Worker")

    def check(self) -> None:
        """Raise `WorkerProcessError` if the worker has ended."""
        if not self._server.alive:
            tail = self._server.log_tail or "(empty)"
            raise WorkerProcessError(f"A worker ended by itself. The end of its log:\n{tail}")

    def __enter__(self) -> WorkerProcess:
        file = self._server.data_dir / "livecue.toml"
        file.write_text(settings_toml(self._settings), "utf-8")
        env = {name: value for name, value in os.environ.items() if not name.startswith("LIVECUE_")}
        # The worker has another working folder, where only an installed package is found.
        path = [str(Path(streams.__file__).parents[1]), env.get("PYTHONPATH")]
        env["PYTHONPATH"] = os.pathsep.join(filter(None, path))
        env[CONFIG_VARIABLE] = str(file)
        env |= secret_variables(self._settings)
        self._server.spawn([sys.executable, "-m", "streams", "worker"], env)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.stop()
