"""SREs may start a worker by Faust's own command."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from enginerig.deployment import Deployment, wait_for

ROOT = Path(__file__).parents[2]
FAUST = [sys.executable, "-m", "faust", "-A", "streams.worker", "worker", "--without-web"]


@contextmanager
def faust_worker(folder: Path, env: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """A worker process in an empty folder."""
    env = {**env, "PYTHONPATH": str(ROOT)}
    child = subprocess.Popen(
        FAUST, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        yield child
    finally:
        child.kill()
        child.communicate()


def test_it_is_a_worker_too(kafka: str, topic_prefix: str, tmp_path: Path) -> None:
    """It writes watermarks of all partitions, ends well, and leaves nothing in the folder."""
    with (
        Deployment(kafka, topic_prefix, partitions=2) as deployment,
        faust_worker(tmp_path, deployment.environment()) as child,
    ):
        wait_for(lambda: {mark.partition for mark in deployment.poll()} == {0, 1}, "watermarks")
        child.terminate()
        assert child.wait(40) == 0
    assert list(tmp_path.iterdir()) == []


def test_without_kafka_it_says_what_to_set(tmp_path: Path) -> None:
    """A missing address is one line and exit code 2."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("LIVECUE_")}
    with faust_worker(tmp_path, env) as child:
        said, _ = child.communicate(timeout=40)
        assert child.returncode == 2
    assert "kafka.bootstrap_servers" in said
    assert "Traceback" not in said
