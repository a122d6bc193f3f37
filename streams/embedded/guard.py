"""The process between us and a server: it stops the server when we are gone, however we went.

Run as a script with the standard library alone: `guard.py DATA_DIR GRACE_S COMMAND...`. Standard
input is a pipe whose other end our process holds: its end, or another parent than before, means
that we died. Then, as after SIGTERM, the server gets SIGTERM, SIGKILL after GRACE_S seconds, and
DATA_DIR is removed. On Linux the kernel also kills the server when this guard itself is killed.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable

_PARENT_POLL_S = 0.5
_PR_SET_PDEATHSIG = 1


def _die_with_guard() -> Callable[[], None] | None:
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)
    guard = os.getpid()

    def in_child() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != guard:
            os._exit(1)

    return in_child


def _wait(server: subprocess.Popen[bytes], stopping: list[int]) -> None:
    """Return when the server ended, our parent is gone, or we were told to stop."""
    parent = os.getppid()
    while server.poll() is None and not stopping and os.getppid() == parent:
        with contextlib.suppress(InterruptedError):
            ready, _, _ = select.select([0], [], [], _PARENT_POLL_S)
            if ready and not os.read(0, 64):
                return


def _stop(server: subprocess.Popen[bytes], grace_s: float) -> None:
    if server.poll() is None:
        server.terminate()
        try:
            server.wait(grace_s)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def main(arguments: list[str]) -> int:
    """Run the command until it ends or has to; return its exit code (negative: its signal)."""
    data_dir, grace_s, command = arguments[0], float(arguments[1]), arguments[2:]
    stopping: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda received, _frame: stopping.append(received))
    try:
        server = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            preexec_fn=_die_with_guard(),  # noqa: PLW1509 - this process has a single thread
        )
        _wait(server, stopping)
        _stop(server, grace_s)
        return server.returncode
    finally:
        shutil.rmtree(data_dir, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
