"""What a worker compiles before it asks for partitions is all that it will need."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

RUNS_A_WORLD = """
import json, sys
from numba.core.dispatcher import Dispatcher
from streams.readiness import get_ready

compiled = []
compile_ = Dispatcher.compile
Dispatcher.compile = lambda self, *of: compiled.append(self.py_func.__name__) or compile_(self, *of)
get_ready()
ready = len(compiled)
sys.path.insert(0, sys.argv[1])
from decision_world import Run, make_world

sent = Run(make_world(3)).go(restore_every=20)
print(json.dumps([len(sent), ready, compiled[ready:]]))
"""


def test_a_world_of_decisions_compiles_nothing_more() -> None:
    """One user or many due, closed labels, restarts: no kernel compiles while people wait."""
    run = [sys.executable, "-c", RUNS_A_WORLD, str(Path(__file__).parent)]
    done = subprocess.run(run, capture_output=True, text=True, check=True, timeout=300)
    sent, ready, later = json.loads(done.stdout)
    assert sent > 0
    assert ready > 0
    assert later == []
