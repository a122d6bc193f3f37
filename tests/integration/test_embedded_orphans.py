"""No server outlives the process that started it, however that process ends."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from streams.embedded import EmbeddedValkey

_DEADLINE_S = 20.0
_OWNER = """
import json, os, time
import psutil
from streams.embedded import EmbeddedKafka, EmbeddedValkey

started = {kind}().start()
{then}
guard = started._server._process.pid
(server,) = psutil.Process(guard).children()
said = {{"guard": guard, "server": server.pid, "folder": str(started._server.data_dir)}}
print(json.dumps(said), flush=True)
time.sleep(600)
"""
_FORK = """
if os.fork() == 0:
    time.sleep(5)
    os._exit(0)
"""


class Owner:
    """A process that started a server and waits to be killed."""

    def __init__(self, kind: str, then: str = "") -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", _OWNER.format(kind=kind, then=then)],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        )
        assert self.process.stdout is not None
        said = json.loads(self.process.stdout.readline())
        self.guard = psutil.Process(said["guard"])
        self.server = psutil.Process(said["server"])
        self.folder = Path(said["folder"])

    def close(self) -> None:
        """End what is left, whatever the test found."""
        self.process.kill()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()
        for one in (self.guard, self.server):
            if one.is_running():
                one.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


@pytest.fixture
def own() -> Iterator[Callable[..., Owner]]:
    """Starts owners, and clears up after them."""
    owners: list[Owner] = []

    def start(kind: str, then: str = "") -> Owner:
        owners.append(Owner(kind, then))
        return owners[-1]

    yield start
    for owner in owners:
        owner.close()


@pytest.mark.parametrize("kind", ["EmbeddedValkey", "EmbeddedKafka"])
def test_killed_owner(own: Callable[..., Owner], kind: str) -> None:
    """After `kill -9` of the owner server, guard and data dir go."""
    owner = own(kind)
    assert owner.folder.exists()
    owner.process.kill()
    owner.process.wait()
    _wait_gone([owner.guard, owner.server])
    assert not owner.folder.exists()


def test_killed_owner_whose_fork_holds_the_pipe(own: Callable[..., Owner]) -> None:
    """A forked child with a copy of the guard's pipe does not keep the server alive."""
    owner = own("EmbeddedValkey", _FORK)
    owner.process.kill()
    owner.process.wait()
    _wait_gone([owner.guard, owner.server], deadline_s=4.0)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's end")
def test_killed_guard(own: Callable[..., Owner]) -> None:
    """After `kill -9` of the guard the kernel ends the server."""
    owner = own("EmbeddedValkey")
    owner.guard.kill()
    _wait_gone([owner.server])


def test_interrupt_of_the_terminal_reaches_only_the_owner(own: Callable[..., Owner]) -> None:
    """Ctrl-C goes to the owner's group; servers stay until the owner has finished with them."""
    owner = own("EmbeddedValkey")
    assert os.getpgid(owner.guard.pid) == os.getpgid(owner.server.pid) == owner.guard.pid


def test_server_outlives_the_thread_that_started_it() -> None:
    """The end of the starting thread does not end the server."""
    server = EmbeddedValkey()
    thread = threading.Thread(target=server.start)
    thread.start()
    thread.join()
    time.sleep(0.7)
    assert server.alive
    server.stop()


def _wait_gone(processes: list[psutil.Process], deadline_s: float = _DEADLINE_S) -> None:
    _, alive = psutil.wait_procs(processes, timeout=deadline_s)
    assert alive == []
