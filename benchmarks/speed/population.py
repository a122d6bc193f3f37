"""A population as its producers would say it: profiles, follows, a first visit each."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator

import numpy as np
import orjson

from benchmarks.speed.deployment import Deployment
from benchmarks.speed.events import Flood
from benchmarks.speed.publishing import Records, owners_of_users, publish
from features.hashing import IntArray

__all__ = ["HOST", "Population", "owned", "seen_again"]

HOST = "host-of-all"
CHUNK = 50_000
_ZONES = ("Asia/Shanghai", "Asia/Tokyo", "Europe/Berlin", "America/New_York")


class Population:
    """`size` users with ids as in the floods; all follow the host `HOST`."""

    def __init__(self, deployment: Deployment, size: int) -> None:
        self.size = size
        self._deployment = deployment
        self.owners = owners_of_users(size, deployment.partitions)

    def introduce(self) -> int:
        """Write a profile, a follow and a watch of each; return how many interactions that is."""
        kafka = self._deployment.bootstrap_servers
        now_ms = int(time.time() * 1000) - 600_000
        profiles, follows = (
            self._deployment.topic("profiles"),
            self._deployment.topic("interactions"),
        )
        asyncio.run(publish(kafka, profiles, self._records(lambda user: _profile(user, now_ms))))
        asyncio.run(publish(kafka, follows, self._records(lambda user: _follow(user, now_ms))))
        asyncio.run(publish(kafka, follows, self._records(lambda user: _watch(user, now_ms))))
        return 2 * self.size

    def behave(self, flood: Flood) -> None:
        """Write a flood of these users' behaviour, as fast as the broker takes it."""
        asyncio.run(
            publish(
                self._deployment.bootstrap_servers,
                self._deployment.topic("interactions"),
                owned(flood, self.owners),
            )
        )

    def _records(self, value: Callable[[int], bytes]) -> Iterator[tuple[Records, IntArray]]:
        for start in range(0, self.size, CHUNK):
            users = range(start, min(start + CHUNK, self.size))
            keys = [b"user-%07d" % user for user in users]
            yield (
                Records(keys, [value(user) for user in users]),
                self.owners[users.start : users.stop],
            )


def owned(flood: Flood, owners: IntArray) -> Iterator[tuple[Records, IntArray]]:
    """Yield a flood's records with their partitions; `owners`: the partition of each user."""
    start = 0
    for records in flood.records():
        yield records, owners[flood.user[start : start + len(records.keys)]]
        start += len(records.keys)


def _profile(user: int, now_ms: int) -> bytes:
    return orjson.dumps(
        {
            "user_id": f"user-{user:07d}",
            "ts": now_ms,
            "nickname": f"name {user}",
            "timezone": _ZONES[user % len(_ZONES)],
            "locale": "en",
            "categories": ["beauty"],
        }
    )


def _follow(user: int, now_ms: int) -> bytes:
    return b"".join(
        (
            b'{"event_id":"follow-%d","type":"follow","user_id":"user-%07d"' % (user, user),
            b',"ts":%d,"host_id":"%s"}' % (now_ms + 1, HOST.encode()),
        )
    )


def _watch(user: int, now_ms: int) -> bytes:
    return b"".join(
        (
            b'{"event_id":"watch-%d","type":"watch","user_id":"user-%07d"' % (user, user),
            b',"ts":%d,"stream_id":"earlier-%d"' % (now_ms + 2, user % 100),
            b',"host_id":"host-%06d","category":"beauty","dwell_ms":60000}' % (user % 2000),
        )
    )


def seen_again(users: int, events: int, seed: int = 11) -> Flood:
    """Return a flood of known users, all of it within the last minutes.

    >>> len(seen_again(1_000, 64))
    64
    """
    first_ts = int(time.time() * 1000) - 300_000
    number = int(np.random.default_rng(seed).integers(10**10, 10**11))
    step = 240_000 / max(events, 1)
    return Flood.of(events, users, first_ts, seed=seed, step_ms=step, first_number=number)
