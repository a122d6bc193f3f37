"""What the settings say reaches the parts of a worker."""

from __future__ import annotations

import numpy as np

from config import Settings
from config.decision import Dedup
from streams.composition import compose


def test_the_memory_of_event_ids_is_as_large_as_is_said() -> None:
    """Beyond `dedup.most_ids` the oldest block of ids is forgotten."""
    state = compose(Settings(dedup=Dedup(most_ids=1_000))).new_state()
    for first, now in ((1, 0), (801, 100_000)):
        ids = np.arange(first, first + 800, dtype=np.uint64)
        state.dedup.fresh(np.ones(800, np.uint64), ids, np.zeros(800, np.int64))
        state.dedup.take_block(now)
        state.dedup.expire(now)
    assert len(state.dedup) == 800
