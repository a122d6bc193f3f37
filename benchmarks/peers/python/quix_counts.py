"""Quix Streams with state in RocksDB and its changelog, exactly once.

Arguments: bootstrap servers, topic, events, group, data directory.
"""

from __future__ import annotations

import logging
import sys
import time
from typing import Any

from quixstreams import Application, State

from benchmarks.peers.python.progress import say

BOOTSTRAP, TOPIC, EVENTS, GROUP, FOLDER = sys.argv[1:6]
REPORT_S = 0.05


class Counter:
    """What was counted, and when it was last told."""

    def __init__(self) -> None:
        self.done = 0
        self.checksum = 0
        self._told = time.monotonic()

    def count(self, event: dict[str, Any], state: State) -> int:
        """Add one to the user's count of the event's type."""
        kind = event["type"]
        new: int = state.get(kind, 0) + 1
        state.set(kind, new)
        self.done += 1
        self.checksum += (1 + int(event["user_id"][5:])) * new
        if time.monotonic() - self._told > REPORT_S:
            self._told = time.monotonic()
            say(done=self.done)
        return new


def main() -> None:
    """Count all events, until their checkpoint is written."""
    app = Application(
        broker_address=BOOTSTRAP,
        consumer_group=GROUP,
        auto_offset_reset="earliest",
        processing_guarantee="exactly-once",
        commit_interval=1.0,
        state_dir=FOLDER,
        loglevel=logging.WARNING,
    )
    counter = Counter()
    frame = app.dataframe(app.topic(TOPIC, value_deserializer="json", key_deserializer="str"))
    frame.update(counter.count, stateful=True)
    # Ends when that many were processed, with a last checkpoint.
    app.run(count=int(EVENTS), timeout=60.0)
    say(done=counter.done, durable=True)
    say(checksum=counter.checksum, rows={})


if __name__ == "__main__":
    main()
