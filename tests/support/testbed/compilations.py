"""Which kernels a program compiles, in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

__all__ = ["told_by"]

_COUNTING = """
import json, sys
from numba.core.dispatcher import Dispatcher

compiled = []
compile_ = Dispatcher.compile
Dispatcher.compile = lambda self, *of: compiled.append(self.py_func.__name__) or compile_(self, *of)
"""


def told_by(program: str, *arguments: str) -> Any:
    """Run a program that knows in `compiled` the names of the kernels that were compiled so far.

    Returns what it prints, one JSON text.
    """
    run = [sys.executable, "-c", _COUNTING + program, *arguments]
    done = subprocess.run(run, capture_output=True, text=True, check=True, timeout=300)
    return json.loads(done.stdout)
