"""The demo's worker, in our own environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from config.environment import CONFIG_VARIABLE
from streams.embedded.worker_process import WorkerProcess

__all__ = ["DemoWorker"]

_DEFAULT_FILE = "livecue.toml"


class DemoWorker(WorkerProcess):
    """A worker with our own settings.

    Parameters
    ----------
    env : settings that it gets beside our own environment.
    """

    def __init__(self, env: Mapping[str, str]) -> None:
        super().__init__(grace_s=5.0)
        self._env = env

    def _environment(self, folder: Path) -> dict[str, str]:  # noqa: ARG002 the settings lie in ours
        file = Path(os.environ.get(CONFIG_VARIABLE) or _DEFAULT_FILE)
        env = {**os.environ, **self._env}
        if file.is_file():
            # The worker has another working folder than we.
            env[CONFIG_VARIABLE] = str(file.absolute())
        return env
