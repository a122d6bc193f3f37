"""Valkey stops, is emptied, drags and is full: nothing is lost, and the view is built again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import redis
from steady.crew import wait_for
from steady.length import LONG
from steady.proxy import Proxy
from steady.stage import Site, Stage, staged

from streams.embedded import EmbeddedValkey
from streams.embedded.ports import free_ports

pytestmark = pytest.mark.skipif(not LONG, reason="make faults")


@pytest.fixture
def ports() -> list[int]:
    """One for the server, one for the proxy before it."""
    return free_ports(2)


@pytest.fixture
def server(ports: list[int], monkeypatch: pytest.MonkeyPatch) -> Iterator[EmbeddedValkey]:
    """A server of one's own, on the same port in each life."""
    monkeypatch.setattr("streams.embedded.valkey.free_ports", lambda _count: ports[:1])
    with EmbeddedValkey() as started:
        yield started


def shown(stage: Stage, url: str) -> dict[str, dict[str, int]]:
    """What the view says that every user did, types that never came left out."""
    with closing(redis.Redis.from_url(url, decode_responses=True)) as client:
        found: dict[str, dict[str, int]] = {}
        for key in client.scan_iter(f"{stage.prefix.rstrip('.')}:*:features", count=500):
            fields = {str(name): str(text) for name, text in client.hgetall(key).items()}
            found[fields["user_id"]] = {
                name.removeprefix("total:"): int(text)
                for name, text in fields.items()
                if name.startswith("total:") and int(text)
            }
        return found


def test_a_view_that_fails_in_every_way(
    server: EmbeddedValkey, ports: list[int], kafka: str, topic_prefix: str, tmp_path: Path
) -> None:
    """Stopped, emptied, slow, full, one after another, while the world goes on."""
    port, door = ports
    settings = {"LIVECUE_REDIS__URL": f"redis://127.0.0.1:{door}/0"}
    site = Site(kafka, topic_prefix, tmp_path, settings=settings)
    with Proxy(door, port) as proxy, staged(site) as stage:
        stage.window(1)
        server.stop()
        time.sleep(3)
        server.start()
        with closing(redis.Redis.from_url(server.url)) as client:
            wait_for(lambda: client.dbsize() > 100, stage.crew.log)
            client.flushall()
            wait_for(lambda: client.dbsize() > 100, stage.crew.log)
            proxy.delay_s = 0.5
            time.sleep(5)
            proxy.delay_s = 0.0
            client.config_set("maxmemory-policy", "noeviction")
            client.config_set("maxmemory", "1mb")
            time.sleep(5)
            client.config_set("maxmemory", "0")
        verdict = stage.assert_exact()
        wait_for(lambda: shown(stage, server.url) == verdict.counts, stage.crew.log)
