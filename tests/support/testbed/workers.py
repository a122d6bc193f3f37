"""Workers as processes of their own, as an operator runs them."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from testbed.command import process_environment, run_livecue

__all__ = ["Workers"]

END_S = 20.0


class Workers:
    """Some `livecue worker` processes with the same settings; they end with the block.

    Parameters
    ----------
    folder : where the workers run and write their logs; no settings file is there.
    environment : `LIVECUE_*` variables.
    """

    def __init__(self, folder: Path, count: int, environment: Mapping[str, str]) -> None:
        self._folder = folder
        self._environment = process_environment(environment)
        self._started = 0
        self._processes: list[subprocess.Popen[bytes]] = []
        self._count = count

    def livecue(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run another command with the same settings."""
        return run_livecue(self._folder, self._environment, *arguments)

    @property
    def pids(self) -> list[int]:
        """Process ids, one a worker."""
        return [process.pid for process in self._processes]

    def kill(self, number: int) -> None:
        """`kill -9` a worker and start another in its place at once."""
        process = self._processes[number]
        process.kill()
        process.wait(END_S)
        self._processes[number] = self._spawn()

    def signal(self, number: int, what: signal.Signals) -> None:
        """Send a signal to a worker."""
        self._processes[number].send_signal(what)

    def check(self) -> None:
        """Raise, with the end of its log, when a worker has ended by itself."""
        for process in self._processes:
            if process.poll() is not None:
                raise AssertionError(f"a worker ended with {process.returncode}\n{self.log()}")

    def log(self, lines: int = 40) -> str:
        """The last lines of every log."""
        texts = []
        for path in sorted(self._folder.glob("worker-*.log")):
            text = path.read_text(encoding="utf-8", errors="replace")
            texts.append("\n".join([f"--- {path.name}", *text.splitlines()[-lines:]]))
        return "\n".join(texts)

    def _spawn(self) -> subprocess.Popen[bytes]:
        self._started += 1
        with (self._folder / f"worker-{self._started}.log").open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "streams", "worker"],
                cwd=self._folder,
                env=self._environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def __enter__(self) -> Workers:
        self._processes = [self._spawn() for _ in range(self._count)]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            try:
                process.wait(END_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
