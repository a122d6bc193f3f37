"""Ingest: Livecue and its peers over the same events, taking turns on one broker."""

from __future__ import annotations

import asyncio
import time
from contextlib import ExitStack

from kafka import KafkaAdminClient

from benchmarks.peers.environment import Unavailable
from benchmarks.peers.peers import PEERS, Peer, run_peer
from benchmarks.speed.committed import LEAST_S, committed_speed
from benchmarks.speed.deployment import Deployment
from benchmarks.speed.events import Flood
from benchmarks.speed.figure import failed, say, tell
from benchmarks.speed.population import owned
from benchmarks.speed.publishing import owners_of_users, publish
from benchmarks.speed.scene import Scene, row
from benchmarks.speed.timing import Speed
from benchmarks.speed.watching import Watermarks

__all__ = ["IngestScene", "livecue_speed"]

FEWEST = 2_000
RUN_S = 150.0
_REPEATED = {"flink-counts", "kafka-streams-counts"}
# The ratio figures: of which peer, by the clock or by processor time.
_RATIOS = (
    ("ingest_ratio_to_kafka_streams_counts", "kafka-streams-counts", False),
    ("ingest_ratio_to_faust", "faust", False),
    ("cpu_ratio_to_kafka_streams_counts", "kafka-streams-counts", True),
    ("cpu_ratio_to_kafka_streams_same_work", "kafka-streams-same-work", True),
    ("cpu_ratio_to_flink_same_work", "flink-same-work", True),
    ("cpu_ratio_to_flink_counts", "flink-counts", True),
)


def livecue_speed(
    deployment: Deployment,
    events: int,
    timeout_s: float = RUN_S,
    workers: int = 1,
    *,
    least_s: float = LEAST_S,
) -> Speed:
    """Start workers on a topic that holds `events`, and time them by their committed offsets.

    Raises
    ------
    TimeoutError
        They did not come to the end.
    RuntimeError
        They took less than `least_s`.
    """
    marks = Watermarks(deployment)
    try:
        with ExitStack() as running:
            started = [running.enter_context(deployment.worker()) for _ in range(workers)]
            return committed_speed(marks, events, timeout_s, least_s, *started)
    finally:
        marks.close()


class IngestScene:
    """Runs everybody, the ones that count most often, and tells the best of each."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        sizes = scene.sizes
        first_ts = int(time.time() * 1000) - sizes.events - 60_000
        self._flood = Flood.of(sizes.events, sizes.event_users, first_ts, seed=scene.seed)
        self._deployment = Deployment(scene.bootstrap_servers, "ingest")
        self._best: dict[str, Speed] = {}
        self._reasons: dict[str, str] = {}
        self._parts: set[str] = set()
        self._owners = owners_of_users(sizes.event_users, self._deployment.partitions)

    def run(self) -> None:
        """Publish, take turns, tell."""
        with row("publishing the events", 180):
            self._deployment.create()
            self._publish(self._deployment.topic("interactions"), self._flood)
        for turn in range(self._scene.sizes.repeats):
            self._turn(turn)
        self._tell()

    def _turn(self, turn: int) -> None:
        self._livecue(turn)
        for peer in PEERS:
            if turn == 0 or peer.name in _REPEATED:
                self._peer(peer)

    def _livecue(self, turn: int) -> None:
        with row("livecue", RUN_S + 60):
            if turn:
                self._deployment.forget()
            least_s = self._scene.sizes.least_s
            self._note(
                "livecue", livecue_speed(self._deployment, len(self._flood), least_s=least_s)
            )

    def _peer(self, peer: Peer) -> None:
        with row(peer.name, RUN_S + 30):
            events = max(int(peer.share * len(self._flood)), min(FEWEST, len(self._flood)))
            topic = self._deployment.topic("interactions")
            flood = self._flood
            if events < len(flood):
                flood, topic = flood.take(slice(0, events)), f"part-of-{events}"
                self._publish_part(topic, flood)
            try:
                speed = run_peer(peer, self._scene.bootstrap_servers, topic, flood, RUN_S, say)
            except Unavailable as missing:
                self._reasons[peer.name] = f"skipped: {missing}"
                say(f"  {peer.name} SKIPPED: {missing}")
            except Exception as error:
                self._reasons[peer.name] = str(error)
                raise
            else:
                self._note(peer.name, speed)

    def _note(self, name: str, speed: Speed) -> None:
        say(f"    {name}: {speed.per_s:,.0f} events/s, {speed.per_cpu_s:,.0f} per CPU second")
        best = self._best.get(name)
        if best is None or speed.per_s > best.per_s:
            self._best[name] = speed

    def _tell(self) -> None:
        for name in ("livecue", *(peer.name for peer in PEERS)):
            speed = self._best.get(name)
            label = "ingest" if name == "livecue" else f"peer_{name}"
            if speed is None:
                reason = self._reasons.get(name, "it did not run to the end")
                failed(f"{label}_events_per_s", reason)
                failed(f"{label}_events_per_cpu_s", reason)
                continue
            about = {"events": speed.events, "seconds": round(speed.seconds, 2)}
            if speed.error:
                about["error"] = round(speed.error, 3)
            tell(f"{label}_events_per_s", speed.per_s, "events/s", **about)
            tell(f"{label}_events_per_cpu_s", speed.per_cpu_s, "events/CPU s", **about)
        for figure, name, by_cpu in _RATIOS:
            self._ratio(figure, name, by_cpu=by_cpu)

    def _ratio(self, figure: str, name: str, *, by_cpu: bool) -> None:
        ours, theirs = self._best.get("livecue"), self._best.get(name)
        if ours is None or theirs is None:
            missing = "livecue" if ours is None else name
            failed(figure, self._reasons.get(missing, f"{missing} did not run to the end"))
        elif by_cpu:
            tell(figure, ours.per_cpu_s / theirs.per_cpu_s, "times", peer=name)
        else:
            tell(figure, ours.per_s / theirs.per_s, "times", peer=name)

    def _publish(self, topic: str, flood: Flood) -> None:
        asyncio.run(publish(self._scene.bootstrap_servers, topic, owned(flood, self._owners)))

    def _publish_part(self, topic: str, flood: Flood) -> None:
        if topic in self._parts:
            return
        admin = KafkaAdminClient(bootstrap_servers=self._scene.bootstrap_servers)
        try:
            count = self._deployment.partitions
            admin.create_topics({topic: {"num_partitions": count, "replication_factor": 1}})
        finally:
            admin.close()
        self._publish(topic, flood)
        self._parts.add(topic)
