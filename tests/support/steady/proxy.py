"""A TCP proxy that cuts and delays connections, on an event loop in a thread of its own."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from typing import Self

__all__ = ["Proxy"]

CHUNK = 65_536


class Proxy:
    """Forwards a loopback port to another one.

    Parameters
    ----------
    port : to listen on.
    target_port : to forward to.

    Attributes
    ----------
    delay_s : how long each piece of data is held back, either way.
    cuts : how many connections have been cut.
    """

    def __init__(self, port: int, target_port: int) -> None:
        self.delay_s = 0.0
        self.cuts = 0
        self._port, self._target_port = port, target_port
        self._open: set[asyncio.StreamWriter] = set()
        self._listening = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)

    def cut(self) -> None:
        """Cut every connection, without a farewell."""
        self._loop.call_soon_threadsafe(self._cut)

    def stop(self) -> None:
        """Listen no more."""
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(10)

    def _cut(self) -> None:
        for writer in list(self._open):
            self.cuts += 1
            writer.transport.abort()

    async def _serve(self) -> None:
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._accept, "127.0.0.1", self._port)
        async with server:
            self._listening.set()
            await self._stopping.wait()
            server.close()
            self._cut()
            pending = [one for one in asyncio.all_tasks() if one is not asyncio.current_task()]
            await asyncio.wait(pending, timeout=5) if pending else None

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            answers, asks = await asyncio.open_connection("127.0.0.1", self._target_port)
        except OSError:
            writer.transport.abort()
            return
        self._open |= {writer, asks}
        await asyncio.gather(self._pipe(reader, asks), self._pipe(answers, writer))

    async def _pipe(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(CHUNK):
                if self.delay_s:
                    await asyncio.sleep(self.delay_s)
                writer.write(data)
                await writer.drain()
        writer.transport.abort()
        self._open.discard(writer)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._listening.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
