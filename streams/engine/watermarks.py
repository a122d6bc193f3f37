"""How far every partition of the deployment has come, as all workers read it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from features.contracts import Watermark

__all__ = ["Watermarks"]

_decoder = msgspec.json.Decoder(Watermark)


class Watermarks:
    """The newest `clock_ts` of each of the P partitions."""

    def __init__(self, partitions: int) -> None:
        self._clock_ts = dict.fromkeys(range(partitions), -1)

    def receive(self, rows: Sequence[Any]) -> None:
        """Take fetched records of the topic `watermarks`."""
        for row in rows:
            mark = _decoder.decode(row.value)
            self._clock_ts[mark.partition] = max(
                mark.clock_ts, self._clock_ts.get(mark.partition, -1)
            )

    @property
    def all_reached(self) -> int:
        """Epoch ms that every partition has reached; −1 while one has not begun."""
        return min(self._clock_ts.values())
