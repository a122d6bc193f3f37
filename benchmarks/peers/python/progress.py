"""What a peer tells the benchmark: JSON lines on standard output."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping


def say(**what: object) -> None:
    """Print one line at once."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def checksum(counts: Mapping[tuple[str, str], int]) -> int:
    """Return what adding (1 + number of the user) times the new count at each event gives."""
    return sum(
        (1 + int(user_id[5:])) * (count * (count + 1) // 2)
        for (user_id, _), count in counts.items()
    )
