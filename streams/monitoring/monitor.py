"""What a worker is watched by: its counts, and what it owns."""

from __future__ import annotations

from streams.engine.topic_names import TopicNames
from streams.monitoring.counts import Counts
from streams.monitoring.meter import Meter
from streams.monitoring.ownership import Ownership

__all__ = ["Monitor"]


class Monitor:
    """One worker's metrics and state; the engine tells it, the HTTP server shows it.

    Attributes
    ----------
    meter : the values of the metrics.
    counts : told what batches, decisions and transactions held.
    ownership : told what becomes of partitions.
    """

    def __init__(self, topics: TopicNames, *, simulated_time: bool) -> None:
        self.meter = Meter()
        self.counts = Counts(self.meter, topics, simulated_time=simulated_time)
        self.ownership = Ownership(self.counts)
