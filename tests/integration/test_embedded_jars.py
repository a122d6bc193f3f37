"""The jar cache: fetched once however many ask, checked byte by byte, then used offline."""

from __future__ import annotations

import hashlib
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from streams.embedded import EmbeddedError, jars
from streams.embedded.jar_lock import LockedJar
from streams.embedded.jars import kafka_folder, kafka_jars, missing_jars

_CONTENTS = {f"part-{number}-1.0.jar": b"jar %d" % number for number in range(3)}


class Repository:
    """A Maven repository on a loopback port that serves three small jars and counts."""

    def __init__(self) -> None:
        self.served: Counter[str] = Counter()
        self.contents = dict(_CONTENTS)
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                name = self.path.rpartition("/")[2]
                content = outer.contents.get(name)
                if content is not None:
                    outer.served[name] += 1
                self.send_response(404 if content is None else 200)
                self.send_header("Content-Length", str(len(content or b"")))
                self.end_headers()
                self.wfile.write(content or b"")

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    @property
    def url(self) -> str:
        """Its root."""
        return f"http://127.0.0.1:{self.server.server_port}"

    def close(self) -> None:
        """Stop serving."""
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Repository]:
    """A repository that jgo uses in the place of Maven Central, and a lock of what it holds."""
    served = Repository()
    config = tmp_path / "jgo.conf"
    config.write_text(f"[repositories]\ncentral = {served.url}\n")
    monkeypatch.setenv("JGO_CONFIG_FILE", str(config))
    lock = tuple(
        LockedJar(f"org.example:{name.removesuffix('-1.0.jar')}:1.0", _sha256(content))
        for name, content in _CONTENTS.items()
    )
    monkeypatch.setattr(jars, "locked_jars", lambda: lock)
    yield served
    served.close()


def test_two_that_ask_at_once_fetch_once(repository: Repository, tmp_path: Path) -> None:
    """One holder of the lock fetches each jar once; all get the same class path."""
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: kafka_jars(tmp_path), range(4)))
    assert all(paths == found[0] for paths in found)
    assert [path.read_bytes() for path in found[0]] == list(_CONTENTS.values())
    assert set(repository.served.values()) == {1}


def test_a_complete_cache_needs_no_network(repository: Repository, tmp_path: Path) -> None:
    """With all jars there nothing is asked for, and nothing said."""
    kafka_jars(tmp_path)
    repository.contents.clear()
    said: list[str] = []
    assert len(kafka_jars(tmp_path, said.append)) == len(_CONTENTS)
    assert said == []


def test_a_lost_jar_alone_is_fetched_again(repository: Repository, tmp_path: Path) -> None:
    """Only what is missing is fetched, and the operator is told."""
    first, *_ = kafka_jars(tmp_path)
    first.unlink()
    said: list[str] = []
    assert [jar.file_name for jar in missing_jars(tmp_path)] == [first.name]
    kafka_jars(tmp_path, said.append)
    assert repository.served == Counter(dict.fromkeys(_CONTENTS, 1)) + Counter([first.name])
    assert said[0].startswith("fetching 1 jars")


def test_other_bytes_than_locked_are_refused(repository: Repository, tmp_path: Path) -> None:
    """A jar that is not the locked one never gets on the class path."""
    changed = "part-1-1.0.jar"
    repository.contents[changed] = b"something else"
    with pytest.raises(EmbeddedError, match=r"org\.example:part-1:1\.0.*is locked"):
        kafka_jars(tmp_path)
    assert not (kafka_folder(tmp_path) / changed).exists()
    assert changed in {jar.file_name for jar in missing_jars(tmp_path)}


def test_what_a_killed_download_left_is_replaced(repository: Repository, tmp_path: Path) -> None:
    """Half a file of an earlier run is not mistaken for the jar."""
    half = kafka_folder(tmp_path) / "maven/org/example/part-0/1.0/part-0-1.0.jar"
    half.parent.mkdir(parents=True)
    half.write_bytes(b"ja")
    assert kafka_jars(tmp_path)[0].read_bytes() == _CONTENTS["part-0-1.0.jar"]


def test_an_unreachable_repository_is_an_error_with_its_jar(
    repository: Repository, tmp_path: Path
) -> None:
    """Offline and incomplete: the text names the jar."""
    repository.contents.clear()
    with pytest.raises(EmbeddedError, match=r"Cannot fetch org\.example:part-"):
        kafka_jars(tmp_path)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
