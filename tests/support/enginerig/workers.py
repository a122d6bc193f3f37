"""Workers of a deployment: in a thread, to look inside, or as a process, to kill."""

from __future__ import annotations

import asyncio
import gc
import re
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import faust
from enginerig.deployment import Deployment, wait_for

from streams.app import create_app

__all__ = ["ThreadWorker", "WorkerProcess"]

ROOT = Path(__file__).parents[3]
STOP_S = 40.0
READY = re.compile(r"partition (\d+): ready")


def _collect_connections() -> None:
    """Collect what aiokafka forgets to close: connections whose opening was cancelled."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "unclosed <socket", ResourceWarning)
        gc.collect()


class ThreadWorker:
    """A worker's Faust app on an event loop of its own."""

    def __init__(self, deployment: Deployment) -> None:
        self._settings = deployment.settings
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._failure: BaseException | None = None
        self.app: faust.App | None = None

    def start(self) -> Self:
        """Start the app and wait until its services run."""
        self._thread.start()
        assert self._started.wait(60), "the app has not started"
        if self._failure is not None:
            raise self._failure
        return self

    def ask_to_stop(self) -> None:
        """Begin to give everything up, without waiting for the end."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._asked.set)

    def stop(self) -> None:
        """Give everything up in good order."""
        if self._thread.is_alive():
            self.ask_to_stop()
            self._thread.join(STOP_S)
        assert not self._thread.is_alive(), "the app has not stopped"
        _collect_connections()
        if self._failure is not None:
            raise self._failure

    def call(self, work: Callable[[], object]) -> None:
        """Let something be done on the event loop, without waiting for it."""
        self._loop.call_soon_threadsafe(work)

    @property
    def consumer(self) -> Any:
        """The consumer of the app, which has started."""
        assert self.app is not None
        return self.app.consumer

    @property
    def crash_reason(self) -> BaseException | None:
        """What the app crashed with, if it has."""
        return None if self.app is None else self.app.crash_reason

    @property
    def assignment(self) -> set[tuple[str, int]]:
        """Topic partitions that the worker's consumer reads."""
        if self.app is None or self.app.rebalancing:
            return set()
        return {(tp.topic, tp.partition) for tp in self.app.consumer.assignment()}

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:
            self._failure = error
        finally:
            self._started.set()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._asked = asyncio.Event()
        self.app = create_app(self._settings)
        await self.app.start()
        self._started.set()
        try:
            await self._asked.wait()
        finally:
            await self.app.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


class WorkerProcess:
    """`livecue worker` in a process of its own.

    Parameters
    ----------
    command : what Python is told to run.
    """

    def __init__(self, deployment: Deployment, log: Path, *command: str) -> None:
        self._log = log
        with log.open("wb") as out:
            self._process: subprocess.Popen[Any] = subprocess.Popen(
                [sys.executable, *(command or ("-m", "streams", "worker"))],
                cwd=ROOT,
                env=deployment.environment(),
                stderr=out,
                stdout=out,
            )

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    @property
    def log(self) -> str:
        """What it has said so far."""
        return self._log.read_text("utf-8", "replace")

    def wait_for_log(self, text: str, timeout_s: float = 60.0) -> float:
        """Wait until it has said something; return the seconds that it took."""
        return wait_for(lambda: text in self.log, f"no {text!r} in:\n{self.log}", timeout_s)

    def owned(self, since: int = 0) -> int:
        """How many partitions it said to have ready, in its log from `since` on."""
        return len(set(READY.findall(self.log, since)))

    def kill(self) -> None:
        """`kill -9`."""
        self._process.kill()
        self._process.wait(10)

    def wait(self, timeout_s: float = STOP_S) -> int:
        """The exit code, once it has ended."""
        return self._process.wait(timeout_s)

    def stop(self) -> int:
        """Ask it to end and return its exit code."""
        self._process.terminate()
        return self.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self.kill()
