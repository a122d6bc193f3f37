"""What the models see of a stream."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from features.crowd import NOBODY, Crowd
from features.hashing import FloatArray

__all__ = ["Near", "StreamContext"]


class Near(Protocol):
    """What binds the host to others, as `online_models.neighbourhood` learns it."""

    def scores(
        self, past: npt.NDArray[Any], weights: npt.NDArray[Any], when: npt.NDArray[Any]
    ) -> FloatArray:
        """Return how near each user's hosts are to this one, float64[n] >= 0; arguments [n, k]."""


@dataclass(frozen=True, eq=False)
class StreamContext:
    """One stream at decision time, as plain numbers.

    `stream_h`, `host_h`, `category_h` are unsigned 64-bit hashes of the ids (0 = unknown),
    `content` is ``float32[32]`` of unit length or all zero when the stream says nothing of its
    content, `start_ts` is epoch ms, `crowd` is what other users do with host and stream, and
    `near` what binds the host to others, `None` where nothing is known to.
    """

    stream_h: int
    host_h: int
    category_h: int
    content: npt.NDArray[np.float32]
    start_ts: int
    crowd: Crowd = NOBODY
    has_products: bool = False
    near: Near | None = None
