"""The `server.properties` of the embedded Kafka: one node that is broker and controller."""

from __future__ import annotations

from pathlib import Path

from streams.embedded.ports import LOOPBACK

__all__ = ["server_properties"]

_MIB = 1024 * 1024
_LONGEST_MS = 9_223_372_036_854_775_807


def server_properties(data_dir: Path, port: int, controller_port: int) -> str:
    """Settings for one machine: nothing replicated, few internal partitions, quick groups."""
    properties: dict[str, object] = {
        "process.roles": "broker,controller",
        "node.id": 1,
        "controller.quorum.voters": f"1@{LOOPBACK}:{controller_port}",
        "controller.listener.names": "CONTROLLER",
        "listeners": f"PLAINTEXT://{LOOPBACK}:{port},CONTROLLER://{LOOPBACK}:{controller_port}",
        "advertised.listeners": f"PLAINTEXT://{LOOPBACK}:{port}",
        "inter.broker.listener.name": "PLAINTEXT",
        "log.dirs": data_dir,
        "auto.create.topics.enable": "false",
        "offsets.topic.replication.factor": 1,
        "offsets.topic.num.partitions": 4,
        "transaction.state.log.replication.factor": 1,
        "transaction.state.log.min.isr": 1,
        "transaction.state.log.num.partitions": 4,
        "share.coordinator.state.topic.replication.factor": 1,
        "share.coordinator.state.topic.min.isr": 1,
        "share.coordinator.state.topic.num.partitions": 1,
        "group.initial.rebalance.delay.ms": 0,
        "message.max.bytes": 4 * _MIB,
        "replica.fetch.max.bytes": 4 * _MIB,
        # A replay writes records that are years old, a test some that are ahead.
        "log.message.timestamp.before.max.ms": _LONGEST_MS,
        "log.message.timestamp.after.max.ms": _LONGEST_MS,
        # The default takes a quarter of a 512 MiB heap for compaction alone.
        "log.cleaner.dedupe.buffer.size": 16 * _MIB,
        "log.cleaner.io.buffer.size": 4 * _MIB,
        "num.network.threads": 2,
        "num.io.threads": 4,
        "background.threads": 2,
        # Stopping need not hand anything over: there is nobody else, and the data goes.
        "controlled.shutdown.enable": "false",
    }
    return "".join(f"{key}={value}\n" for key, value in properties.items())
