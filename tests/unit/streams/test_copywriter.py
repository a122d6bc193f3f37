"""Copies that an endpoint proposes, from a stand-in server on this machine."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import msgspec
import pytest

from config.copywriting import Copywriting
from features.contracts import Copy
from streams.copywriter import MOST_BYTES, Copywriter

GOOD = {"title": "{{ host_name }} 马上开播", "body": "一起来看{{ stream_title }}吧"}
OTHER = {"title": "来{{ host_name }}这里坐坐", "body": "{{ stream_title }}，和你聊聊新鲜事"}


class StandIn(ThreadingHTTPServer):
    """Answers every request with the same bytes, and keeps what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status, self.answer = 200, b""
        self.silent = threading.Event()
        self.asked: list[tuple[str, dict[str, str], Any]] = []

    @property
    def url(self) -> str:
        """The base address."""
        return f"http://127.0.0.1:{self.server_port}/v1"

    def says(self, content: str) -> None:
        """Answer with this message from now on."""
        message = {"role": "assistant", "content": content}
        self.answer = msgspec.json.encode({"id": "x", "choices": [{"message": message}]})

    def proposes(self, *copies: dict[str, str]) -> None:
        """Answer with these copies from now on."""
        self.says(msgspec.json.encode({"copies": list(copies)}).decode())


class _Handler(BaseHTTPRequestHandler):
    server: StandIn

    def do_POST(self) -> None:
        """Answer, unless told to keep silent."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append((self.path, dict(self.headers), msgspec.json.decode(body)))
        if self.server.silent.is_set():
            self.close_connection = True
            self.server.silent.wait()
            return
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(self.server.answer)))
        self.end_headers()
        self.wfile.write(self.server.answer)

    def log_message(self, format: str, *args: object) -> None:  # as inherited
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[StandIn]:
    """A stand-in that runs."""
    made = StandIn()
    thread = threading.Thread(target=made.serve_forever)
    thread.start()
    try:
        yield made
    finally:
        made.shutdown()
        thread.join()
        made.server_close()


def propose(server: StandIn, locale: str = "zh-CN", **settings: Any) -> tuple[Copy, ...]:
    """Ask for copies about food."""
    return Copywriter(Copywriting(url=server.url, **settings)).propose("food", locale)


def test_what_is_proposed_is_used(server: StandIn) -> None:
    """Under an id that is a hash of what it says; a fence around it does no harm."""
    server.proposes(GOOD, OTHER, GOOD)
    copies = propose(server)
    assert [(copy.title, copy.body) for copy in copies] == [
        (each["title"], each["body"]) for each in (GOOD, OTHER)
    ]
    assert all(copy.copy_id.startswith("generated.") for copy in copies)
    server.says(f"```json\n{msgspec.json.encode({'copies': [GOOD]}).decode()}\n```")
    assert propose(server) == copies[:1]


def test_the_endpoint_is_told_category_and_language_alone(server: StandIn) -> None:
    """As OpenAI's protocol has it, with the key in the header."""
    server.proposes(GOOD)
    propose(server, model="m", api_key="sesame-sesame", proposals=2)
    ((path, headers, body),) = server.asked
    assert path == "/v1/chat/completions"
    assert headers["Authorization"] == "Bearer sesame-sesame"
    assert body["model"] == "m"
    wish = msgspec.json.decode(body["messages"][-1]["content"])
    assert wish == {"language": "zh-CN", "category": "food", "copies": 2}


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("{{ host_name }} 8点开播", "来看{{ stream_title }}"),
        ("{{ host_name }} 开播", "只要¥9，快来"),
        ("{{ host_name }} 开播", "全场五折，快来"),
        ("{{ host_name }} 开播", "详情见 www.example.com"),
        ("小李开播了", "快来看"),
        ("{{ host_name }} 开播", "{{ user_id }} 快来"),
        ("{{ host_name }} 开播", "{% if nickname %}快来{% endif %}"),
        ("{{ host_name.__class__ }} 开播", "快来"),
        ("{{ host_name }} " + "开播" * 40, "快来"),
        ("{{ host_name }} is live", "Come and see"),
        ("{{ host_name }} 开播", ""),
        ("{{ host_name }} 开播", "主播说脏话了"),
    ],
)
def test_what_is_not_fit_is_not_used(server: StandIn, title: str, body: str) -> None:
    """Facts, claims, unknown slots, logic, too long, of another language, forbidden words."""
    server.proposes({"title": title, "body": body}, GOOD)
    copies = propose(server, forbidden_words=("脏话",))
    assert [copy.title for copy in copies] == [GOOD["title"]]


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (500, b"oops"),
        (401, b"{}"),
        (200, b"not json"),
        (200, b'{"choices": []}'),
        (200, b'{"choices": [{"message": {"content": "sorry"}}]}'),
        (200, b'{"choices": [{"message": {"content": "{\\"copies\\": 1}"}}]}'),
        (200, b" " * (MOST_BYTES + 1)),
        (200, b"\xff\xfe"),
    ],
)
def test_failures_give_no_copies(server: StandIn, status: int, answer: bytes) -> None:
    """And nothing else happens."""
    server.status, server.answer = status, answer
    assert propose(server) == ()


def test_a_silent_endpoint_is_not_waited_for(server: StandIn) -> None:
    """Longer than the setting says; nor is one that is not there."""
    server.silent.set()
    assert propose(server, timeout_s=0.2) == ()
    server.silent.clear()
    nowhere = Copywriter(Copywriting(url="http://127.0.0.1:9/v1", timeout_s=0.5))
    assert nowhere.propose("food", "en") == ()


def test_nothing_is_generated_by_default() -> None:
    """The endpoint is a setting without a default."""
    assert Copywriting().url is None
