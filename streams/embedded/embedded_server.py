"""What Kafka and Valkey have in common as child processes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from types import TracebackType
from typing import Self

from streams.embedded.child import EmbeddedError, GuardedServer

__all__ = ["EmbeddedServer"]

_ATTEMPTS = 3


class EmbeddedServer(ABC):
    """A server on a free loopback port, with an empty data dir of its own.

    Use it as a context manager, or call `start` and `stop`. It ends with this process, also when
    that is killed.

    Parameters
    ----------
    start_timeout_s : how long it may take to answer
    """

    def __init__(self, start_timeout_s: float) -> None:
        self._start_timeout_s = start_timeout_s
        self._server: GuardedServer | None = None
        self._port = 0

    @property
    def alive(self) -> bool:
        """Whether the server still runs."""
        return self._server is not None and self._server.alive

    def start(self) -> Self:
        """Start the server and wait until it answers.

        Raises
        ------
        EmbeddedError
            What is needed is not there, or it does not start; the text says which, with the log's
            last lines.
        """
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                self._server, self._port = self._started()
            except EmbeddedError as error:
                # Somebody else took the port between our look and the server's.
                if attempt == _ATTEMPTS or "Address already in use" not in str(error):
                    raise
            else:
                break
        return self

    @abstractmethod
    def _started(self) -> tuple[GuardedServer, int]:
        """Return the server, which answers, and its port."""

    def stop(self) -> None:
        """Stop the server and remove its data; may be called twice."""
        server, self._server = self._server, None
        if server is not None:
            server.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
