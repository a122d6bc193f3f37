"""Decoded batches as columns, one entry a record."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["FeedbackColumns", "InteractionColumns"]

Ints: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]
Bytes: TypeAlias = NDArray[np.uint8]
Names: TypeAlias = list[str | None]


class _Columns:
    """Columns of equal length that can be picked from."""

    __slots__ = ()

    position: Ints

    def __len__(self) -> int:
        return len(self.position)

    def take(self, index: Ints) -> Self:
        """Pick records by index, in the order of `index`."""
        picks = index.tolist()
        columns = [getattr(self, field.name) for field in fields(self)]  # type: ignore[arg-type]
        return type(self)(
            *(
                [column[i] for i in picks] if isinstance(column, list) else column[index]
                for column in columns
            )
        )


@dataclass(frozen=True, slots=True)
class InteractionColumns(_Columns):
    """Interactions that fit, in the order they came.

    Attributes
    ----------
    position : int64[n], index in the batch they came in.
    type : uint8[n], index in `INTERACTION_TYPES`.
    ts : int64[n], epoch ms.
    dwell_ms, amount : float64[n], 0 where absent.
    """

    position: Ints
    user_id: list[str]
    event_id: list[str]
    type: Bytes
    ts: Ints
    stream_id: Names
    host_id: Names
    category: Names
    product_id: Names
    query: Names
    reminder_id: Names
    dwell_ms: Floats
    amount: Floats


@dataclass(frozen=True, slots=True)
class FeedbackColumns(_Columns):
    """Feedback that fits, in the order it came.

    Attributes
    ----------
    position : int64[n], index in the batch it came in.
    type : uint8[n], index in `FEEDBACK_TYPES`.
    ts : int64[n], epoch ms.
    """

    position: Ints
    user_id: list[str]
    event_id: list[str]
    type: Bytes
    ts: Ints
    reminder_id: Names
