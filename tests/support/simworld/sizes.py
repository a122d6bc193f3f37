"""How big the simulated world of the e2e tests is."""

from __future__ import annotations

import os
from datetime import date

from simworld.spec import WorldSpec

__all__ = ["SPEC"]

# Clocks change in Europe within both: 25 October 2026. E2E_FULL=1 is the size of the promise.
FULL = WorldSpec(
    users=5000, streams=200, days=3, tick_minutes=10, first_day=date(2026, 10, 23), flaws=400
)
SHORT = WorldSpec(
    users=800, streams=60, days=2, tick_minutes=20, first_day=date(2026, 10, 24), flaws=160
)
SPEC = FULL if os.environ.get("E2E_FULL") == "1" else SHORT
