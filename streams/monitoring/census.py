"""How much a worker holds and with which models it decides, as gauges."""

from __future__ import annotations

import logging
import platform
from importlib.metadata import version
from typing import TYPE_CHECKING

from streams.engine.clock import wall_clock_ms
from streams.monitoring import metrics
from streams.monitoring.meter import Series
from streams.monitoring.news import tell

if TYPE_CHECKING:
    from streams.engine.shared import Shared
    from streams.engine.worker import Worker

__all__ = ["Census"]

logger = logging.getLogger(__name__)


class Census:
    """Counts what is in memory; it looks at sizes, never at users."""

    def __init__(self, shared: Shared, worker: Worker) -> None:
        self._shared = shared
        self._worker = worker
        self._meter = shared.monitor.meter
        self._rollbacks: Series = {}
        self._meter.set(metrics.BUILD, {(version("livecue"), platform.python_version()): 1.0})

    def take(self) -> None:
        """Bring the gauges up to date."""
        self._memory()
        self._models()
        self._neighbours()
        counters = self._shared.view.counters
        self._meter.set(metrics.VIEW_CONNECTED, {(): float(counters.connected)})
        self._meter.set(metrics.VIEW_ERRORS, {(): float(counters.failures)})

    def _say_rollbacks(self, now: Series) -> None:
        for head, before in self._rollbacks.items():
            if now[head] > before:
                text = f"models: {head[0]} was worse than the prior and went back"
                tell(logger, "model_rolled_back", text, logging.WARNING, head=head[0])
        self._rollbacks = now

    def _memory(self) -> None:
        memories = {number: one.memory for number, one in self._worker.partitions.items()}
        states = [one.state for one in memories.values()]
        users = {number: len(one.state.users) for number, one in memories.items()}
        self._meter.set(metrics.USERS, {(str(at),): float(count) for at, count in users.items()})
        edges = {
            "follows": sum(len(state.follows) for state in states),
            "touches": sum(len(state.touches) for state in states),
            "reminded": sum(len(state.reminded) for state in states),
        }
        self._meter.set(metrics.EDGES, {(kind,): float(count) for kind, count in edges.items()})
        self._meter.set(metrics.SEEN_IDS, {(): float(sum(len(state.dedup) for state in states))})
        pending = sum(plan.pending for one in memories.values() for plan in one.planner.plans)
        self._meter.set(metrics.PENDING, {(): float(pending)})

    def _models(self) -> None:
        snapshot = self._shared.snapshot
        loss: Series = {}
        rollbacks: Series = {}
        for head in metrics.MODEL_ROLLBACKS.labels["head"]:
            figures = snapshot.metrics.get(head, {})
            rollbacks[head,] = figures.get("rollbacks", 0.0)
            for by in metrics.MODEL_LOSS.labels["by"]:
                if mean := figures.get(f"{by}_log_loss"):
                    loss[head, by] = mean
        self._say_rollbacks(rollbacks)
        self._meter.set(metrics.MODEL_VERSION, {(): float(snapshot.version)})
        self._meter.set(metrics.MODEL_LOSS, loss)
        self._meter.set(metrics.MODEL_ROLLBACKS, rollbacks)

    def _neighbours(self) -> None:
        shared = self._shared
        self._meter.set(metrics.NEIGHBOUR_HOSTS, {(): float(len(shared.neighbours))})
        if shared.neighbours_ts is not None:
            age_s = max(wall_clock_ms() - shared.neighbours_ts, 0) / 1_000
            self._meter.set(metrics.NEIGHBOURS_AGE, {(): age_s})
