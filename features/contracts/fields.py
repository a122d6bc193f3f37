"""Field types that the records share, with the bounds that both code and schemas enforce.

Integers stay within ±(2^53 - 1), the range in which every JSON implementation is exact
(RFC 8259, section 6): a greater one is a mistake of units, and no difference of two of them
overflows an int64. Lengths count Unicode code points.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

__all__ = [
    "CATEGORIES_MAX",
    "ID_MAX",
    "INT_MAX",
    "LIST_MAX",
    "LONG_TEXT_MAX",
    "START_TS_MAX",
    "TEXT_MAX",
    "Count",
    "Id",
    "LongText",
    "Money",
    "Probability",
    "StartTimestamp",
    "Text",
    "Timestamp",
    "Url",
]

INT_MAX = 2**53 - 1
ID_MAX = 128
TEXT_MAX = 1_024
LONG_TEXT_MAX = 16_384
LIST_MAX = 1_000
CATEGORIES_MAX = 100
START_TS_MAX = 253_402_300_799_999
"""The last millisecond of the year 9999, beyond which no calendar goes."""

Id = Annotated[str, Meta(min_length=1, max_length=ID_MAX)]
Text = Annotated[str, Meta(max_length=TEXT_MAX)]
LongText = Annotated[str, Meta(max_length=LONG_TEXT_MAX)]
Url = Annotated[str, Meta(max_length=LONG_TEXT_MAX)]
Timestamp = Annotated[int, Meta(ge=-INT_MAX, le=INT_MAX)]
StartTimestamp = Annotated[int, Meta(ge=-INT_MAX, le=START_TS_MAX)]
Count = Annotated[int, Meta(ge=0, le=INT_MAX)]
Money = Annotated[float, Meta(ge=0)]
Probability = Annotated[float, Meta(ge=0, le=1)]
