"""One record type with its compiled decoders."""

from __future__ import annotations

from typing import Generic, TypeVar

import msgspec
from msgspec import Struct
from msgspec.json import Decoder

__all__ = ["RecordType"]

T = TypeVar("T", bound=Struct)


class RecordType(Generic[T]):
    """A Struct and what decodes it: `one` JSON object, or `many` in a JSON array."""

    __slots__ = ("info", "many", "one", "struct")

    def __init__(self, struct: type[T]) -> None:
        self.struct = struct
        self.one: Decoder[T] = Decoder(struct)
        self.many: Decoder[list[T]] = Decoder(list[struct])  # type: ignore[valid-type]
        self.info = msgspec.inspect.type_info(struct)
