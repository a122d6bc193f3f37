"""Bytewax with keyed state in memory, no recovery store: nothing durable.

Arguments: bootstrap servers, topic, events.
"""

from __future__ import annotations

import sys

import bytewax.operators as op
import orjson
from bytewax.connectors.kafka import KafkaSource, KafkaSourceMessage
from bytewax.dataflow import Dataflow
from bytewax.testing import TestingSink, run_main

from benchmarks.peers.python.progress import checksum, say

BOOTSTRAP, TOPIC, EVENTS = sys.argv[1:4]
counts: dict[tuple[str, str], int] = {}


class Meter:
    """How many batches' events were counted."""

    def __init__(self) -> None:
        self.done = 0

    def add(self, events: int) -> None:
        """Tell how far it is."""
        self.done += events
        say(done=self.done)


meter = Meter()


def decode(batch: list[KafkaSourceMessage[bytes, bytes]]) -> list[tuple[str, str]]:
    """Turn messages into (user, type)."""
    pairs = []
    for message in batch:
        event = orjson.loads(message.value)
        pairs.append((event["user_id"], event["type"]))
    return pairs


def count(state: dict[str, int] | None, kind: str) -> tuple[dict[str, int] | None, tuple[str, int]]:
    """Add one to the user's count of a type."""
    held = {} if state is None else state
    held[kind] = held.get(kind, 0) + 1
    return held, (kind, held[kind])


def note(batch: list[tuple[str, tuple[str, int]]]) -> list[int]:
    """Keep the newest counts, so that they can be checked."""
    for user, (kind, new) in batch:
        counts[(user, kind)] = new
    meter.add(len(batch))
    return []


def main() -> None:
    """Run the dataflow to the end of the topic."""
    flow = Dataflow("counts")
    source = KafkaSource([BOOTSTRAP], [TOPIC], tail=False, batch_size=5_000)
    messages = op.input("events", flow, source)
    pairs = op.flat_map_batch("decode", messages, decode)
    counted = op.stateful_map("count", pairs, count)
    op.output("out", op.flat_map_batch("note", counted, note), TestingSink([]))
    run_main(flow)
    say(done=meter.done, durable=True)
    say(checksum=checksum(counts), rows={})


if __name__ == "__main__":
    main()
