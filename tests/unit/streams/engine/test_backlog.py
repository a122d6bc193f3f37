"""Few decide while much waits to be written."""

from __future__ import annotations

import asyncio

import pytest

from streams.engine.backlog import Backlog


def test_who_decides_waits_until_enough_is_written() -> None:
    """One partition may be above the bound, but none comes on top."""

    async def run() -> list[str]:
        backlog, told = Backlog(100), []

        async def partition(name: str, size: int, written: asyncio.Event) -> None:
            await backlog.room()
            told.append(f"{name} decides")
            with backlog.holding(size):
                await written.wait()
            told.append(f"{name} is written")

        gates = {name: asyncio.Event() for name in "abcd"}
        sizes = {"a": 80, "b": 90, "c": 60, "d": 10}
        running = [asyncio.create_task(partition(n, sizes[n], gates[n])) for n in "abcd"]
        for name in "abcd":
            for _ in range(5):
                await asyncio.sleep(0)
            gates[name].set()
        await asyncio.gather(*running)
        return told

    assert asyncio.run(run()) == [
        *("a decides", "b decides"),
        *("a is written", "c decides"),
        *("b is written", "d decides"),
        *("c is written", "d is written"),
    ]


def test_a_transaction_that_fails_makes_room() -> None:
    """Else a worker would be silent after it."""

    async def run() -> None:
        backlog = Backlog(1)
        with pytest.raises(RuntimeError), backlog.holding(5):
            raise RuntimeError("fenced")
        await asyncio.wait_for(backlog.room(), 5)

    asyncio.run(run())
