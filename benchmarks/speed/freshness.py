"""How old the oldest event is that a decision did not know of: seen from outside, by probes.

A probe is a user without personalization who follows one host: their reminder of that host's
stream is decided at one known second, the nominal one. Each probe enters the stream some moment
around it, which forbids the reminder. Who gets it all the same had an event that the decision did
not know of; the decision's time is taken as the moment when its reminders were appended to the
log, a little later than it was, which makes the ages larger, never smaller.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

import numpy as np
import orjson
from aiokafka import AIOKafkaProducer

from benchmarks.speed.deployment import Deployment
from benchmarks.speed.publishing import Records, publish
from benchmarks.speed.scheduling import Schedule, now_ms
from features.hashing import FloatArray, murmur2_partition

__all__ = ["Probes"]

NOMINAL_MS = 120_000
BEFORE_S, AFTER_S = 0.7, 1.8


class Probes:
    """`streams` streams, one due each second, with probes in every partition."""

    STEP_S = 0.02
    """Time between two probes of one stream and partition."""

    def __init__(self, deployment: Deployment, streams: int) -> None:
        self._deployment = deployment
        self._streams = streams
        self._count = int((BEFORE_S + AFTER_S) / self.STEP_S)
        self._first = 0
        self._sent: dict[str, float] = {}
        # By stream and partition, the ids of its probes in the order in which they enter.
        self._ids: dict[tuple[int, int], list[str]] = {}
        for stream in range(streams):
            self._fill(stream)

    def introduce(self) -> int:
        """Write profile and follow of each probe; return how many probes there are."""
        users = [(s, user) for (s, _), ids in self._ids.items() for user in ids]
        at = now_ms() - 10_000
        keys = [user.encode() for _, user in users]
        owners = murmur2_partition(keys, self._deployment.partitions)
        profiles = [
            orjson.dumps({"user_id": user, "ts": at, "consent": {"personalization": False}})
            for _, user in users
        ]
        follows = [
            orjson.dumps(
                {
                    "event_id": "follow",
                    "type": "follow",
                    "user_id": user,
                    "ts": at,
                    "host_id": f"probe-host-{stream}",
                }
            )
            for stream, user in users
        ]
        for topic, values in (("profiles", profiles), ("interactions", follows)):
            parts = [(Records(keys, values), owners)]
            kafka = self._deployment.bootstrap_servers
            asyncio.run(publish(kafka, self._deployment.topic(topic), parts))
        return len(users)

    def announce(self, schedule: Schedule, lead_s: float) -> None:
        """Schedule the streams, the first of them to be decided in `lead_s`."""
        self._first = int(time.time() + lead_s)
        for stream in range(self._streams):
            start_ts = (self._first + stream) * 1_000 + NOMINAL_MS
            host = f"probe-host-{stream}"
            schedule.announce(f"probe-{stream}", host, start_ts, now_ms(), category="travel")

    def run(self) -> None:
        """Let the probes enter the streams that were announced, and wait for the last decision."""
        asyncio.run(self._enter_all(self._first))
        time.sleep(3.0)

    def ages_ms(self, reminders: Sequence[tuple[float, int, bytes]]) -> FloatArray:
        """Return for each decision the age of the oldest event that it did not know, ms.

        Raises
        ------
        RuntimeError
            Too few decisions were seen.
        """
        decided: dict[str, int] = {}
        for _, appended, value in reminders:
            if b'"stream_id":"probe-' in value:
                decided[orjson.loads(value)["user_id"]] = appended
        ages = []
        for users in self._ids.values():
            got = [user for user in users if user in decided]
            if not got:
                continue
            at = min(decided[user] for user in got)
            oldest = min(self._sent[user] for user in got) * 1_000
            ages.append(max(at - oldest, 0.0))
        if len(ages) < 0.8 * len(self._ids):
            raise RuntimeError(f"{len(ages)} of {len(self._ids)} decisions could be seen")
        return np.array(ages)

    def _fill(self, stream: int) -> None:
        partitions, number = self._deployment.partitions, 0
        wanted = dict.fromkeys(range(partitions), self._count)
        while any(wanted.values()):
            users = [f"probe-{stream}-{number + i}" for i in range(256)]
            number += 256
            owners = murmur2_partition([user.encode() for user in users], partitions).tolist()
            for user, owner in zip(users, owners, strict=True):
                if wanted[owner]:
                    wanted[owner] -= 1
                    self._ids.setdefault((stream, owner), []).append(user)

    async def _enter_all(self, first: int) -> None:
        plan = [
            (first + stream - BEFORE_S + place * self.STEP_S, user, stream)
            for (stream, _), users in self._ids.items()
            for place, user in enumerate(users)
        ]
        async with AIOKafkaProducer(
            bootstrap_servers=self._deployment.bootstrap_servers, linger_ms=0, acks="all"
        ) as producer:
            topic, sent = self._deployment.topic("interactions"), []
            for at, user, stream in sorted(plan):
                await asyncio.sleep(max(at - time.time(), 0))
                self._sent[user] = time.time()
                event = {
                    "event_id": "enter",
                    "type": "enter",
                    "user_id": user,
                    "ts": now_ms(),
                    "stream_id": f"probe-{stream}",
                    "host_id": f"probe-host-{stream}",
                }
                key, value = user.encode(), orjson.dumps(event)
                sent.append(await producer.send(topic, key=key, value=value))
            await asyncio.gather(*sent)
