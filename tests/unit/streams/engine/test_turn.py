"""Partitions decide one after another, and none keeps the others waiting for the broker."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from streams.engine.turn import HELD_OF_SECOND_S, Turn


async def _take(turn: Turn, name: str, log: list[str], work: Callable[..., object]) -> None:
    async with turn.taken() as pass_on:
        log.append(f"{name} begins")
        result = work(pass_on)
        if asyncio.iscoroutine(result):
            await result
        log.append(f"{name} ends")


def test_one_after_another() -> None:
    """Whoever came first, to its end."""
    log: list[str] = []

    async def run() -> None:
        turn = Turn(lambda: 2)
        naps = (_take(turn, name, log, lambda _: asyncio.sleep(0.01)) for name in "ab")
        await asyncio.gather(*naps)

    asyncio.run(run())
    assert log == ["a begins", "a ends", "b begins", "b ends"]


def test_who_passes_it_on_may_go_on() -> None:
    """Once; to pass it on again takes it from nobody."""
    log: list[str] = []

    async def run() -> None:
        turn = Turn(lambda: 3)

        async def decide(pass_on: Callable[[], None]) -> None:
            pass_on()
            await asyncio.sleep(0.01)
            pass_on()

        async def wait(_: Callable[[], None]) -> None:
            await asyncio.sleep(0.03)

        works = zip("abc", (decide, wait, wait), strict=True)
        await asyncio.gather(*(_take(turn, name, log, work) for name, work in works))

    asyncio.run(run())
    assert log == ["a begins", "b begins", "a ends", "b ends", "c begins", "c ends"]


def test_a_broker_that_does_not_answer_holds_up_nobody() -> None:
    """The more partitions, the sooner the turn goes on: a second is enough for all."""
    log: list[str] = []

    async def run() -> float:
        turn, loop = Turn(lambda: 40), asyncio.get_running_loop()
        answer = asyncio.Event()

        async def write(pass_on: Callable[[], None]) -> None:
            turn.pass_on_soon(pass_on)
            await answer.wait()

        waiting = asyncio.ensure_future(_take(turn, "a", log, write))
        await asyncio.sleep(0)
        began = loop.time()
        await _take(turn, "b", log, lambda _: None)
        took_s = loop.time() - began
        answer.set()
        await waiting
        return took_s

    took_s = asyncio.run(run())
    assert log == ["a begins", "b begins", "b ends", "a ends"]
    assert 0.5 * HELD_OF_SECOND_S / 40 < took_s < HELD_OF_SECOND_S


def test_a_failure_passes_it_on() -> None:
    """And is nobody else's."""

    async def run() -> None:
        turn, log = Turn(lambda: 2), list[str]()
        with pytest.raises(ZeroDivisionError):
            await _take(turn, "a", log, lambda _: 1 // 0)
        await asyncio.wait_for(_take(turn, "b", log, lambda _: None), 1)
        assert log == ["a begins", "b begins", "b ends"]

    asyncio.run(run())
