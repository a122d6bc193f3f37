"""Decoded batches as columns, one entry a record."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from features.hashing import U64Array

__all__ = ["FeedbackColumns", "InteractionColumns"]

Ints: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]
Bytes: TypeAlias = NDArray[np.uint8]
Names: TypeAlias = list[str | None]


@dataclass(frozen=True, slots=True, eq=False)
class InteractionColumns:
    """Interactions that fit, in the order they came.

    Attributes
    ----------
    text : uint8[bytes], what `user_at` points into; the same for all that is taken from it.
    position : int64[n], index in the batch they came in.
    type : uint8[n], index in `INTERACTION_TYPES`.
    ts : int64[n], epoch ms.
    dwell_ms, amount : float64[n], 0 where absent.
    user_h, event_h, stream_h, host_h, category_h : uint64[n], `hash64` of the ids and of the
        category; 0 where absent.
    user_at, user_size : int64[n], the user's id in UTF-8: where it begins in `text`, bytes.
    """

    text: Bytes
    position: Ints
    type: Bytes
    ts: Ints
    dwell_ms: Floats
    amount: Floats
    user_h: U64Array
    event_h: U64Array
    stream_h: U64Array
    host_h: U64Array
    category_h: U64Array
    user_at: Ints
    user_size: Ints

    def __len__(self) -> int:
        return len(self.position)

    def take(self, index: Ints) -> Self:
        """Pick records by index, in the order of `index`."""
        columns = [field.name for field in fields(self) if field.name != "text"]
        return replace(self, **{name: getattr(self, name)[index] for name in columns})

    def user_ids(self, index: Ints | slice = slice(None)) -> list[str]:
        """Return the users' ids at `index`, as strings: slow, for users that are few."""
        at, size = self.user_at[index], self.user_size[index]
        if not len(at):
            return []
        first = int(at.min())
        text = self.text[first : int((at + size).max())].tobytes()
        spans = zip((at - first).tolist(), (at - first + size).tolist(), strict=True)
        return [text[start:stop].decode() for start, stop in spans]


@dataclass(frozen=True, slots=True)
class FeedbackColumns:
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

    def __len__(self) -> int:
        return len(self.position)

    def take(self, index: Ints) -> Self:
        """Pick records by index, in the order of `index`."""
        picks = index.tolist()
        columns = [getattr(self, field.name) for field in fields(self)]
        taken: list[Any] = [
            [column[i] for i in picks] if isinstance(column, list) else column[index]
            for column in columns
        ]
        return type(self)(*taken)
