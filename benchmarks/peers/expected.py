"""What a peer must have counted, from the events themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import orjson

from benchmarks.peers.reference_row import figures
from benchmarks.speed.events import Flood
from features.contracts import INTERACTION_TYPES

__all__ = ["checksum", "compare_rows"]

_TYPES = len(INTERACTION_TYPES)
# float32 sums in another order.
_RELATIVE, _ABSOLUTE = 0.005, 0.005
_SAMPLED = 20


def checksum(flood: Flood) -> int:
    """Return what adding (1 + user) times the new count of its type at each event gives."""
    cells = flood.user * _TYPES + flood.type_codes
    used, counts = np.unique(cells, return_counts=True)
    return int(((used // _TYPES + 1) * (counts * (counts + 1) // 2)).sum())


def compare_rows(flood: Flood, rows: Mapping[str, Sequence[float]]) -> str:
    """Return how the figures of some users differ from the reference; '' when they agree.

    `rows`: by user id, what the Java class `UserRow` calls its figures. Users with more hosts
    than a row has places are left out: there the order of the events matters.
    """
    compared = 0
    for user_id in sorted(rows)[:_SAMPLED]:
        events = _events_of(flood, int(user_id[5:]))
        if len({event["host_id"] for event in events}) > 8:
            continue
        found, wanted = np.array(rows[user_id]), np.array(figures(events))
        if found.shape != wanted.shape:
            return f"{user_id} has {len(found)} figures, not {len(wanted)}"
        off = np.flatnonzero(~np.isclose(found, wanted, rtol=_RELATIVE, atol=_ABSOLUTE))
        # More categories than places end in any order, as hosts do.
        if len(off) and len({event["category"] for event in events}) <= 6:
            at = int(off[0])
            return f"{user_id}: figure {at} is {found[at]:.4f}, not {wanted[at]:.4f}"
        compared += 1
    return "" if compared else "it told no rows that could be compared"


def _events_of(flood: Flood, user: int) -> list[dict[str, object]]:
    own = flood.take(np.flatnonzero(flood.user == user))
    return [orjson.loads(value) for part in own.records() for value in part.values]
