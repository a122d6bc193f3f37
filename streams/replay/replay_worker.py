"""A replay's worker, which goes by settings of its own."""

from __future__ import annotations

import os
from pathlib import Path

from config import Settings
from config.environment import CONFIG_VARIABLE
from streams.embedded.worker_process import WorkerProcess
from streams.settings_text import secret_variables, settings_toml

__all__ = ["ReplayWorker"]


class ReplayWorker(WorkerProcess):
    """A worker apart from our environment.

    Parameters
    ----------
    settings : all that it goes by; `LIVECUE_*` of this process does not reach it.
    """

    def __init__(self, settings: Settings) -> None:
        super().__init__(grace_s=10.0)
        self._settings = settings

    def _environment(self, folder: Path) -> dict[str, str]:
        file = folder / "livecue.toml"
        file.write_text(settings_toml(self._settings), "utf-8")
        env = {name: value for name, value in os.environ.items() if not name.startswith("LIVECUE_")}
        env[CONFIG_VARIABLE] = str(file)
        return env | secret_variables(self._settings)
