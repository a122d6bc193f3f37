"""What is freed goes back to the system."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import itertools
import platform
import sys
import weakref
from pathlib import Path
from types import SimpleNamespace

import pytest

from streams.engine import heap
from streams.engine.heap import give_back_freed, keep_giving_back
from streams.engine.training import at_hand

_PIECE, _PIECES = 32 << 10, 2_000


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc keeps and gives back")
def test_what_lies_between_pieces_in_use_is_given_back() -> None:
    """Pieces too small for a mapping of their own, each freed next to one that stays."""
    pieces: list[bytearray | None] = [bytearray(_PIECE) for _ in range(_PIECES)]
    pieces[::2] = [None] * (_PIECES // 2)
    before = _resident()
    give_back_freed()
    assert before - _resident() > _PIECE * _PIECES // 4


class _Held:
    """Refers to itself, as a failure refers to the frames that it came through."""

    def __init__(self) -> None:
        self.itself = self


def test_cycles_are_collected_by_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Though so few objects are made that Python would not look for any."""
    monkeypatch.setattr(heap, "INTERVAL_S", 0.0)

    async def wait() -> None:
        gone = asyncio.Event()
        held = weakref.ref(_Held(), lambda _: gone.set())
        giving = asyncio.create_task(keep_giving_back())
        await asyncio.wait_for(gone.wait(), 10)
        giving.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await giving
        assert held() is None

    asyncio.run(wait())


@pytest.mark.parametrize(("cpu_s", "looks"), [(0.1, 1), (10.0, 12)])
def test_who_is_busy_keeps_what_is_freed(
    monkeypatch: pytest.MonkeyPatch, cpu_s: float, looks: int
) -> None:
    """For up to a minute: it is needed again at once, and empty pages are dear."""
    spent, slept = itertools.count(0.0, cpu_s), []
    gave_back: list[int] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        if gave_back:
            raise asyncio.CancelledError

    monkeypatch.setattr(heap, "time", SimpleNamespace(process_time=lambda: next(spent)))
    monkeypatch.setattr(asyncio, "sleep", sleep)
    monkeypatch.setattr(heap, "give_back_freed", lambda: gave_back.append(len(slept)))
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(keep_giving_back())
    assert gave_back == [looks]


def test_what_is_there_at_the_start_is_not_looked_at_again() -> None:
    """Hundreds of thousands of objects of modules and kernels, else a pause at each look."""

    async def start() -> None:
        giving = asyncio.create_task(keep_giving_back())
        await asyncio.sleep(0)
        assert gc.get_freeze_count() > 10_000
        giving.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await giving
        assert gc.get_freeze_count() == 0

    asyncio.run(start())


def test_what_is_imported_later_is_not_looked_at_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Once: at a second call nothing is new, and what came in between may be a cycle."""
    (tmp_path / "late_module.py").write_text("held = [[] for _ in range(20_000)]")
    monkeypatch.syspath_prepend(str(tmp_path))
    try:
        asyncio.run(at_hand("late_module"))
        frozen = gc.get_freeze_count()
        assert frozen > 20_000
        more: list[list[int]] = [[] for _ in range(100)]
        asyncio.run(at_hand("late_module"))
        assert gc.get_freeze_count() <= frozen
        assert len(more) == 100
    finally:
        gc.unfreeze()
        sys.modules.pop("late_module", None)
