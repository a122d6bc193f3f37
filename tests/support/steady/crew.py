"""Workers that come and go, are stopped and are wrong about the time."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Self

from testbed.command import process_environment, run_livecue

__all__ = ["Crew", "Hand", "wait_for"]

READY = re.compile(r"partition (\d+): ready|\"partition\": ?(\d+)[^\n]*ready")
END_S = 120.0


def wait_for(holds: Callable[[], bool], what: Callable[[], str], timeout_s: float = 240.0) -> None:
    """Poll until something holds; an AssertionError with `what()` when it does not in time."""
    deadline = time.monotonic() + timeout_s
    while not holds():
        assert time.monotonic() < deadline, f"after {timeout_s:g} s: {what()}"
        time.sleep(0.05)


class Hand:
    """One `livecue worker`."""

    def __init__(self, log: Path, environment: Mapping[str, str]) -> None:
        self._path = log
        with log.open("wb") as out:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "streams", "worker"],
                cwd=log.parent,
                env=environment,
                stdout=out,
                stderr=subprocess.STDOUT,
            )

    @property
    def log(self) -> str:
        """All that it has said."""
        return self._path.read_text("utf-8", "replace")

    @property
    def code(self) -> int | None:
        """How it ended; None while it runs."""
        return self._process.poll()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def send(self, what: signal.Signals) -> None:
        """A signal, to a worker that may have ended."""
        if self.code is None:
            self._process.send_signal(what)

    def ends_with(self, code: int) -> None:
        """Wait for its end, and see how it ended."""
        wait_for(lambda: self.code is not None, lambda: f"it goes on:\n{self.tail()}", END_S)
        assert self.code == code, self.tail()

    def is_stopped(self) -> bool:
        """Whether a signal has stopped it, but not ended it."""
        stat = Path(f"/proc/{self.pid}/stat").read_text("ascii", "replace")
        return stat.rpartition(")")[2].split()[0] == "T"

    def tail(self, lines: int = 25) -> str:
        """The end of its log."""
        return "\n".join([f"--- {self._path.name}", *self.log.splitlines()[-lines:]])

    def end(self) -> None:
        """Whatever its state, it ends now."""
        if self.code is None:
            self._process.kill()
        self._process.wait(10)


class Crew:
    """All workers of a deployment; whoever is left at the end of the block is ended.

    Parameters
    ----------
    settings : `LIVECUE_*` variables.
    """

    def __init__(self, folder: Path, settings: Mapping[str, str]) -> None:
        self.hands: list[Hand] = []
        self._folder = folder
        self._environment = process_environment(settings)
        self._hired = 0

    def livecue(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run another command with the same settings."""
        return run_livecue(self._folder, self._environment, *arguments)

    def hire(self, failpoint: str = "") -> Hand:
        """Start a worker, with a failpoint if it says so."""
        self._hired += 1
        hand = Hand(
            self._folder / f"worker-{self._hired:02}.log",
            {**self._environment, "LIVECUE_FAILPOINT": failpoint},
        )
        self.hands.append(hand)
        return hand

    def hire_ready(self, failpoint: str = "") -> Hand:
        """Start a worker and wait until it has a partition ready."""
        hand = self.hire(failpoint)
        wait_for(lambda: READY.search(hand.log) is not None, hand.tail)
        return hand

    def dismiss(self, hand: Hand) -> None:
        """Ask a worker to end, as a supervisor does; it must end well."""
        hand.send(signal.SIGTERM)
        hand.ends_with(0)
        self.hands.remove(hand)

    def kill(self, hand: Hand) -> None:
        """`kill -9`."""
        hand.send(signal.SIGKILL)
        hand.ends_with(-signal.SIGKILL)
        self.hands.remove(hand)

    def check(self) -> None:
        """Nobody who is still in the crew has ended."""
        for hand in self.hands:
            assert hand.code is None, hand.tail(60)

    def log(self) -> str:
        """The ends of all logs of those in the crew."""
        return "\n".join(hand.tail() for hand in self.hands)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for hand in self.hands:
            hand.send(signal.SIGCONT)
            hand.send(signal.SIGTERM)
        deadline = time.monotonic() + 20
        while any(hand.code is None for hand in self.hands) and time.monotonic() < deadline:
            time.sleep(0.05)
        for hand in self.hands:
            hand.end()
