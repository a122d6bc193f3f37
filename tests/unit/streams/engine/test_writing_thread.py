"""Work in the thread that writes: beside the worker's loop, and as if awaited in it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest
from aiokafka.errors import KafkaError

from streams.engine.writing_thread import WritingThread

LONGEST_S = 10.0


@pytest.fixture
def writing() -> Iterator[WritingThread]:
    """A thread, stopped at the end."""
    made = WritingThread()
    yield made
    made.stop()


class Endless:
    """Work that says when it has begun, and when it has ended, which it does not by itself."""

    def __init__(self) -> None:
        self.begun, self.ended = threading.Event(), threading.Event()

    async def work(self) -> None:
        """Wait for ever."""
        self.begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.ended.set()


def test_it_goes_on_while_the_loop_is_taken(writing: WritingThread) -> None:
    """As a decision takes it."""
    done = threading.Event()

    async def work() -> str:
        await asyncio.sleep(0)
        done.set()
        return threading.current_thread().name

    async def run() -> str:
        waiting = asyncio.create_task(writing.run(work()))
        await asyncio.sleep(0)
        assert done.wait(LONGEST_S), "the loop is blocked here, the thread is not"
        return await waiting

    assert asyncio.run(run()) == "writing"


def test_errors_come_back(writing: WritingThread) -> None:
    """A fenced producer is told apart from one without an answer by its error."""
    error = KafkaError("no answer")

    async def work() -> None:
        raise error

    with pytest.raises(KafkaError) as raised:
        asyncio.run(writing.run(work()))
    assert raised.value is error


def test_who_waits_no_more_ends_the_work(writing: WritingThread) -> None:
    """Of a partition that is given up nothing is written any more."""
    endless = Endless()

    async def run() -> None:
        waiting = asyncio.create_task(writing.run(endless.work()))
        await asyncio.to_thread(endless.begun.wait, LONGEST_S)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)

    asyncio.run(run())
    assert endless.ended.wait(LONGEST_S)


def test_stopping_ends_what_still_runs(writing: WritingThread) -> None:
    """A producer that waits for a broker that is gone must not keep a worker from ending."""
    endless = Endless()

    async def run() -> None:
        waiting = asyncio.create_task(writing.run(endless.work()))
        await asyncio.to_thread(endless.begun.wait, LONGEST_S)
        await asyncio.to_thread(writing.stop)
        with pytest.raises(asyncio.CancelledError):
            await waiting

    asyncio.run(run())
    assert endless.ended.is_set()


def test_a_thread_that_never_began_is_stopped() -> None:
    """Nothing was written: there is nothing to end."""
    WritingThread().stop()
