"""What the models see of a stream."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["StreamContext"]


@dataclass(frozen=True, eq=False)
class StreamContext:
    """One stream at decision time, as plain numbers.

    `stream_h`, `host_h`, `category_h` are unsigned 64-bit hashes of the ids (0 = unknown),
    `content` is ``float32[32]`` of unit length or all zero when the stream says nothing of its
    content, `start_ts` is epoch ms, and `popularity` is what `features.popularity` measures.
    """

    stream_h: int
    host_h: int
    category_h: int
    content: npt.NDArray[np.float32]
    start_ts: int
    popularity: float = 0.0
    has_products: bool = False
