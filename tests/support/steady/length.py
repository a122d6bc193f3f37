"""How long the suite of faults runs: `FAULTS_MINUTES`, or the short version without it."""

from __future__ import annotations

import os

__all__ = ["LONG", "MINUTES", "ROUNDS", "SEED"]

MINUTES = float(os.environ.get("FAULTS_MINUTES") or 0)
SEED = int(os.environ.get("FAULTS_SEED") or 1)
LONG = MINUTES > 0
# How often each family of faults comes; once by default.
ROUNDS = max(1, round(MINUTES / 14))
