"""A scene: rows that share a broker, in a process of their own; a failing row stops no other."""

from __future__ import annotations

import signal
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

from benchmarks.speed.figure import failed, say
from benchmarks.speed.sizes import Sizes
from streams.embedded import EmbeddedKafka

__all__ = ["Scene", "broker", "row"]

HEAP_MB = 1024


@dataclass(frozen=True)
class Scene:
    """What the rows of a scene are given."""

    bootstrap_servers: str
    sizes: Sizes
    seed: int


@contextmanager
def broker(sizes: Sizes, seed: int) -> Iterator[Scene]:
    """Start a broker with an empty disk for a scene."""
    with EmbeddedKafka(heap_mb=HEAP_MB, say=say) as kafka:
        yield Scene(kafka.bootstrap_servers, sizes, seed)


@contextmanager
def row(what: str, timeout_s: float, *figures: str) -> Iterator[None]:
    """Run a row: `figures` are told as failed, with the reason, when it fails or takes too long."""
    began = time.monotonic()
    say(f"  {what} ...")

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        raise TimeoutError(f"not done within {timeout_s:g} s")

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, timeout_s)
    try:
        yield
    except Exception as error:
        signal.setitimer(signal.ITIMER_REAL, 0)
        reason = f"{type(error).__name__}: {error}"[:600]
        say(f"  {what} FAILED: {reason}\n{traceback.format_exc(limit=-4)}")
        for figure in figures:
            failed(figure, reason)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        say(f"  {what}: {time.monotonic() - began:.1f} s")
