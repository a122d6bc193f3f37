"""The HTTP server of a worker, on a thread of its own: it answers while the event loop does not."""

from __future__ import annotations

import logging
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from features.errors import LivecueError
from streams.monitoring.news import tell
from streams.monitoring.pages import Pages

__all__ = ["HttpServer", "HttpServerError"]

logger = logging.getLogger(__name__)


class HttpServerError(LivecueError):
    """The server cannot listen where it is told to."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], pages: Pages) -> None:
        self.pages = pages
        super().__init__(address, _Handler)


class _Handler(BaseHTTPRequestHandler):
    timeout = 5
    server: _Server

    def do_GET(self) -> None:
        """Send the page."""
        self._send(with_body=True)

    def do_HEAD(self) -> None:
        """Send what a GET would send, without the page."""
        self._send(with_body=False)

    def version_string(self) -> str:
        """Name us, and no version of Python."""
        return "livecue"

    def log_message(self, *_: object) -> None:
        """Say nothing of each request."""

    def _send(self, *, with_body: bool) -> None:
        page = self.server.pages.page(urlsplit(self.path).path, self.headers.get("Accept", ""))
        self.send_response(page.status)
        self.send_header("Content-Type", page.content_type)
        self.send_header("Content-Length", str(len(page.body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if with_body:
            self.wfile.write(page.body)


class HttpServer:
    """Shows the pages of a worker until it is stopped.

    Parameters
    ----------
    port : 0 for any free one.

    Attributes
    ----------
    address : host and port that it listens on; None before `start`.

    Raises
    ------
    HttpServerError : from `start`, when somebody else listens there or the host is not ours.
    """

    def __init__(self, pages: Pages, host: str, port: int) -> None:
        self.address: tuple[str, int] | None = None
        self._pages = pages
        self._asked = (host, port)
        self._server: _Server | None = None
        self._thread = threading.Thread(target=self._serve, name="http", daemon=True)

    def start(self) -> None:
        """Listen, and say where."""
        try:
            self._server = _Server(self._asked, self._pages)
        except OSError as error:
            host, port = self._asked
            raise HttpServerError(
                f"http.port {port} on {host} cannot be listened on: {error.strerror or error}; "
                "give each worker of a machine a port of its own, or 0 for a free one"
            ) from error
        host, port = str(self._server.server_address[0]), self._server.server_port
        self.address = (host, port)
        self._thread.start()
        tell(logger, "listening", f"metrics and health on http://{host}:{port}", port=port)

    def stop(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()

    def _serve(self) -> None:
        if self._server is not None:
            self._server.serve_forever(poll_interval=0.2)
