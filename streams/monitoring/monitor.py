"""What a worker is watched by: its counts, what it owns, and how it stands."""

from __future__ import annotations

import logging
import time

from streams.engine.topic_names import TopicNames
from streams.monitoring.counts import Counts
from streams.monitoring.gauges import set_gauges
from streams.monitoring.health import Health, liveness, readiness
from streams.monitoring.meter import Meter
from streams.monitoring.news import tell
from streams.monitoring.ownership import Ownership
from streams.monitoring.situation import Situation

__all__ = ["Monitor"]

logger = logging.getLogger(__name__)


class Monitor:
    """One worker's metrics and health; the engine tells it, the HTTP server shows it.

    Parameters
    ----------
    stalled_after_s : what has not moved for so long, though it should, is stuck.

    Attributes
    ----------
    meter : the values of the metrics.
    counts : told what batches, decisions and transactions held.
    ownership : told what becomes of partitions.
    situation : how the worker stands, as last seen; read by other threads.
    """

    def __init__(self, topics: TopicNames, *, simulated_time: bool, stalled_after_s: float) -> None:
        self.meter = Meter()
        self.counts = Counts(self.meter, topics, simulated_time=simulated_time)
        self.ownership = Ownership(self.counts)
        now_s = time.monotonic()
        self.situation = Situation(now_s, now_s, joined=False, stopping=False)
        self._stalled_after_s = stalled_after_s
        self._said: dict[str, bool] = {}

    def health(self) -> dict[str, Health]:
        """Return the verdicts `live` and `ready` of this moment."""
        at = (self.situation, time.monotonic(), self._stalled_after_s)
        return {"live": liveness(*at), "ready": readiness(*at)}

    def see(self, situation: Situation) -> None:
        """Take a new look at the worker, and say whether its health has changed."""
        self.situation = situation
        set_gauges(self.meter, situation)
        for name, health in self.health().items():
            if self._said.get(name, name == "live") != health.good:
                level = logging.INFO if health.good else logging.WARNING
                text = name if health.good else f"not {name}: {'; '.join(health.reasons)}"
                tell(logger, "health", text, level, check=name, good=health.good)
            self._said[name] = health.good
