"""Stock Faust, one event at a time, as its documentation has it: a dict, or a Table.

Arguments: bootstrap servers, topic, events, application id, data directory, `dict` or `table`.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from typing import Any

import faust

from benchmarks.peers.python.progress import checksum, say

BOOTSTRAP, TOPIC, EVENTS, GROUP, FOLDER, KIND = sys.argv[1:7]
REPORT_S = 0.05


class Interaction(faust.Record, serializer="json", validation=False):
    """The fields that counting asks for."""

    user_id: str
    type: str


app = faust.App(
    GROUP,
    broker=f"kafka://{BOOTSTRAP}",
    datadir=FOLDER,
    topic_partitions=8,
    topic_replication_factor=1,
    web_enabled=False,
    stream_buffer_maxsize=8192,
    consumer_auto_offset_reset="earliest",
)
interactions = app.topic(TOPIC, value_type=Interaction)
counts: Any = app.Table("counts", default=int, partitions=8) if KIND == "table" else {}


@app.agent(interactions)
async def count(events: Any) -> None:
    """Count each event; end the process after the last."""
    done, told = 0, time.monotonic()
    async for event in events:
        cell = (event.user_id, event.type)
        counts[cell] = (counts[cell] if KIND == "table" else counts.get(cell, 0)) + 1
        done += 1
        if time.monotonic() - told > REPORT_S:
            told = time.monotonic()
            say(done=done)
        if done == int(EVENTS):
            if KIND == "table":
                await app.producer.flush()
            say(done=done, durable=True)
            say(checksum=checksum({tuple(cell): n for cell, n in counts.items()}), rows={})
            # Stopping waits for its own commits and timers; what was asked is told.
            os._exit(0)


if __name__ == "__main__":
    worker = faust.Worker(
        app, loglevel="WARN", redirect_stdouts=False, loop=asyncio.new_event_loop()
    )
    worker.execute_from_commandline()
