"""One deployment on the benchmark's broker: its topics, and workers as processes of their own."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from kafka import KafkaAdminClient

from benchmarks.speed.children import child_environment, started
from config import Settings, load_settings, topics
from streams.topic_admin import ensure_topics

__all__ = ["ALL_ELIGIBLE", "Deployment", "Worker", "until"]

STOP_S = 60.0
_KEPT_INPUTS = ("interactions", "profiles", "feedback")

# Nobody is held out, too tired, asleep or not worth it: fan-out is measured in full.
ALL_ELIGIBLE = {
    "LIVECUE_DEFAULT_QUIET_HOURS": "none",
    "LIVECUE_GUARDRAILS__MAX_INVITES_24H": "16",
    "LIVECUE_GUARDRAILS__MAX_INVITES_7D": "16",
    "LIVECUE_GUARDRAILS__MIN_GAP_MINUTES": "0",
    "LIVECUE_DECISION__SEND_PRICE": "-1",
    "LIVECUE_DECISION__HOLDOUT_INVITE": "0",
}


def until(condition: Callable[[], bool], timeout_s: float, what: str, poll_s: float = 0.02) -> None:
    """Wait for a condition.

    Raises
    ------
    TimeoutError
        It does not hold within `timeout_s`.
    """
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {timeout_s:g} s")
        time.sleep(poll_s)


class Worker:
    """A `livecue worker` process."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._log = tempfile.TemporaryFile(prefix="livecue-worker-")  # noqa: SIM115 - its life
        self.began = time.monotonic()
        command = [sys.executable, "-m", "streams", "worker"]
        self._child = started(command, env=environment, stdout=self._log, stderr=self._log)
        self.process = psutil.Process(self._child.pid)

    @property
    def pid(self) -> int:
        """Process id."""
        return self._child.pid

    @property
    def rss(self) -> int:
        """Resident memory, bytes."""
        return int(self.process.memory_info().rss)

    def check(self) -> None:
        """Raise RuntimeError with the end of its log if the worker ended by itself."""
        if self._child.poll() is not None:
            self._log.seek(0)
            tail = self._log.read().decode("utf-8", "replace").splitlines()[-6:]
            raise RuntimeError(f"the worker ended with {self._child.returncode}: {tail}")

    def kill(self) -> None:
        """End it as `kill -9` does."""
        self._child.kill()
        self._child.wait()

    def stop(self) -> None:
        """Ask it to end, and wait; kill it when it does not."""
        if self._child.poll() is None:
            self._child.send_signal(signal.SIGTERM)
            try:
                self._child.wait(STOP_S)
            except subprocess.TimeoutExpired:
                self.kill()
        self._log.close()


@dataclass
class Deployment:
    """Topics under a prefix of their own.

    `environment`: settings as `LIVECUE_*` variables.
    """

    bootstrap_servers: str
    name: str
    partitions: int = 8
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def prefix(self) -> str:
        """What every topic's name begins with."""
        return f"{self.name}."

    @property
    def variables(self) -> dict[str, str]:
        """The settings of its workers as environment variables."""
        return {
            "LIVECUE_KAFKA__BOOTSTRAP_SERVERS": self.bootstrap_servers,
            "LIVECUE_TOPICS__PREFIX": self.prefix,
            "LIVECUE_TOPICS__PARTITIONS": str(self.partitions),
            "LIVECUE_REDIS__URL": "",
            **self.environment,
        }

    @property
    def settings(self) -> Settings:
        """The settings of its workers."""
        return load_settings({"PATH": os.environ.get("PATH", ""), **self.variables})

    def topic(self, name: str) -> str:
        """Full name of a topic."""
        return self.prefix + name

    def create(self) -> None:
        """Make its topics."""
        ensure_topics(self.settings.kafka, topics(self.settings).values(), create=True)

    def forget(self) -> None:
        """Drop all that workers wrote, and their place in the inputs, which stay."""
        group = self.settings.app_id or self.name
        names = [name for name in topics(self.settings) if name not in _KEPT_INPUTS]
        gone = [self.topic(name) for name in names]
        admin = KafkaAdminClient(bootstrap_servers=self.bootstrap_servers)
        try:
            with contextlib.suppress(Exception):
                admin.delete_groups([group])
            admin.delete_topics(gone)
            until(lambda: not set(gone) & set(admin.list_topics()), 30, "topics are deleted", 0.1)
        finally:
            admin.close()
        self.create()

    @contextmanager
    def worker(self, **more: str) -> Iterator[Worker]:
        """Run a worker, with more variables; it is stopped at the end."""
        worker = Worker(child_environment(**{**self.variables, **more}))
        try:
            yield worker
        finally:
            worker.stop()

    def temporary(self) -> Path:
        """A folder for what a run leaves behind; removed with the scene's."""
        return Path(tempfile.mkdtemp(prefix=f"livecue-bench-{self.name}-"))
