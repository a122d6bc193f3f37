from __future__ import annotations

import json
import subprocess
import sys

TAKES_EVENTS = """
import json, sys
from numba.core.dispatcher import Dispatcher
from features.rehearsal import rehearse
compiled = []
compile_ = Dispatcher.compile
Dispatcher.compile = lambda self, *of: compiled.append(self.py_func.__name__) or compile_(self, *of)
rehearse()
first = len(compiled)
rehearse()
print(json.dumps([first, compiled[first:]]))
"""


def test_after_a_rehearsal_nothing_is_left_to_compile() -> None:
    """A second one finds every kernel as the first one left it."""
    run = [sys.executable, "-c", TAKES_EVENTS]
    done = subprocess.run(run, capture_output=True, text=True, check=True, timeout=300)
    first, again = json.loads(done.stdout)
    assert first > 0
    assert again == []
