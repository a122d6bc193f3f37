"""One stream on the board: its record as merged, and what is derived from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from features.contracts import StreamRecord
from features.crowd import NOBODY, Crowd
from features.hashing import hash64
from features.stream_context import Near, StreamContext
from reminders.copies import CompiledCopy, compile_copies
from reminders.generated_copies import GeneratedCopies
from reminders.product_choice import product_names
from reminders.wordings import Wordings

__all__ = ["BoardStream", "ContentOf"]

ContentOf = Callable[[StreamRecord], npt.NDArray[np.float32]]


@dataclass(frozen=True)
class BoardStream:
    """A stream as the board knows it; replaced, never changed, by the next record about it.

    `record` has the fields of older records filled in where the contract says that they stay.
    `generated`: copies that were proposed, of all categories.
    The content vector (``float32[32]``), copies and hashes are made when first asked for.
    """

    record: StreamRecord
    content_of: ContentOf
    generated: GeneratedCopies = field(default_factory=GeneratedCopies, compare=False)

    @property
    def stream_id(self) -> str:
        """The id of the stream."""
        return self.record.stream_id

    @property
    def is_scheduled(self) -> bool:
        """Whether reminders of this stream may still be sent."""
        return self.record.status == "scheduled" and self.record.start_ts is not None

    @property
    def ended_ts(self) -> int | None:
        """When the stream was said to have ended or to be cancelled; None before that."""
        return self.record.ts if self.record.status in {"ended", "cancelled"} else None

    @cached_property
    def stream_h(self) -> int:
        """The unsigned 64-bit hash of the stream's id."""
        return hash64(self.record.stream_id)

    @cached_property
    def host_h(self) -> int:
        """The unsigned 64-bit hash of the host's id, 0 when unknown."""
        return hash64(self.record.host_id) if self.record.host_id else 0

    @cached_property
    def category_h(self) -> int:
        """The unsigned 64-bit hash of the category, 0 without one."""
        return hash64(self.record.category) if self.record.category else 0

    @cached_property
    def content(self) -> npt.NDArray[np.float32]:
        """The embedding of what the stream says about itself, ``float32[32]``."""
        return self.content_of(self.record)

    @cached_property
    def product_contents(self) -> npt.NDArray[np.float32]:
        """The embedding of each product's name that may be shown, ``float32[k, 32]``."""
        record = self.record
        vectors = [
            self.content_of(
                StreamRecord(stream_id=record.stream_id, ts=0, status="live", title=name)
            )
            for name in product_names(record)
        ]
        return np.array(vectors, np.float32).reshape(len(vectors), len(self.content))

    @cached_property
    def copies(self) -> tuple[CompiledCopy, ...]:
        """The stream's own copies that compile and render, in the record's order."""
        return compile_copies(self.record)

    @cached_property
    def wordings(self) -> Wordings:
        """The stream's words by user locale and time to the start."""
        return Wordings(self.record, self.copies, self.generated)

    def context(self, crowd: Crowd = NOBODY, near: Near | None = None) -> StreamContext:
        """Return what the models see of this stream, with what the caller knows of others."""
        return StreamContext(
            stream_h=self.stream_h,
            host_h=self.host_h,
            category_h=self.category_h,
            content=self.content,
            start_ts=self.record.start_ts or 0,
            crowd=crowd,
            has_products=bool(self.record.products),
            near=near,
        )
