"""The peers: what each is, and one timed run of it as a process of its own."""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from benchmarks.peers.environment import PYTHON_FOLDER, java_command, peer_python
from benchmarks.peers.expected import checksum, compare_rows
from benchmarks.speed.children import child_environment, ended, started
from benchmarks.speed.events import Flood
from benchmarks.speed.timing import Speed, Window

__all__ = ["PEERS", "Peer", "PeerError", "run_peer"]

Say = Callable[[str], None]
HEAP_MB = 4096


class PeerError(Exception):
    """A peer failed, took too long, or counted wrongly."""


@dataclass(frozen=True)
class Peer:
    """One engine doing counts per user and type, or the same work as Livecue's row.

    Attributes
    ----------
    name
        What its figures are called.
    program
        `kafka-streams`, `flink`, or a file of `benchmarks/peers/python/`.
    mode
        The program's last argument, '' for none.
    share
        Part of the events that it reads: the slow ones would take minutes over all.
    durable
        Whether all it counted survives its end.
    """

    name: str
    program: str
    mode: str
    share: float
    durable: bool


PEERS = (
    Peer("bare-aiokafka", "bare_counts", "", 0.25, durable=False),
    Peer("flink-counts", "flink", "counts", 1.0, durable=True),
    Peer("flink-same-work", "flink", "row", 1.0, durable=True),
    Peer("kafka-streams-counts", "kafka-streams", "counts", 1.0, durable=True),
    Peer("kafka-streams-same-work", "kafka-streams", "row", 0.5, durable=True),
    Peer("bytewax", "bytewax_counts", "", 0.12, durable=False),
    Peer("quix-streams", "quix_counts", "", 0.04, durable=True),
    Peer("faust", "faust_counts", "dict", 0.02, durable=False),
    Peer("faust-table", "faust_counts", "table", 0.006, durable=True),
)


def run_peer(
    peer: Peer, bootstrap_servers: str, topic: str, flood: Flood, timeout_s: float, say: Say
) -> Speed:
    """Run a peer over a topic that holds exactly `flood`; return its speed.

    Raises
    ------
    Unavailable
        It cannot run on this machine.
    PeerError
        It failed, took longer than `timeout_s`, or counted wrongly.
    """
    if peer.program in {"flink", "kafka-streams"}:
        command = java_command(peer.program, HEAP_MB, say)
    else:
        command = [str(peer_python(say)), str(PYTHON_FOLDER / f"{peer.program}.py")]
    with tempfile.TemporaryDirectory(prefix="livecue-peer-") as folder:
        group = f"{peer.name}-{time.time_ns()}"
        command += [bootstrap_servers, topic, str(len(flood)), group, folder]
        command += [peer.mode] if peer.mode else []
        with Path(folder, "errors.log").open("w+") as errors:
            try:
                return _timed(peer, command, flood, timeout_s, errors)
            except (PeerError, TimeoutError) as error:
                errors.seek(0)
                tail = " / ".join(errors.read().splitlines()[-4:])
                raise PeerError(f"{peer.name}: {error} {tail[-500:]}".rstrip()) from error


def _timed(
    peer: Peer, command: list[str], flood: Flood, timeout_s: float, errors: IO[str]
) -> Speed:
    process = started(command, stdout=subprocess.PIPE, stderr=errors, env=child_environment())
    window = Window(len(flood), process.pid)
    result: dict[str, Any] | None = None
    try:
        for message in ended(process, timeout_s):
            if "done" in message:
                window.note(message["done"], last=bool(message.get("durable")))
            elif "checksum" in message:
                result = message
    finally:
        process.kill()
        process.wait()
    if result is None:
        raise PeerError(f"ended with {process.returncode} before its result.")
    if result["checksum"] != checksum(flood):
        raise PeerError(f"counted wrongly: checksum {result['checksum']}, not {checksum(flood)}.")
    if peer.mode == "row" and (wrong := compare_rows(flood, result["rows"])):
        raise PeerError(f"did other work: {wrong}.")
    return window.speed()
