"""What a user said about themselves, field by field with its time: kept as MessagePack bytes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

import msgspec

from features.hashing import hash64
from features.row import DECLARED_SLOTS, short_hash

__all__ = ["PROFILE_FIELDS", "ProfileBlob", "declared_hashes", "quiet_minutes"]

PROFILE_FIELDS = (
    "nickname",
    "gender",
    "age_band",
    "region",
    "timezone",
    "locale",
    "consent.push",
    "consent.personalization",
    "quiet_hours",
    "categories",
)
"""Each is stored under its place here: new ones go to the end."""

_ARRAYS = frozenset((*range(0x90, 0xA0), 0xDC, 0xDD))
"""How a MessagePack array begins."""


class ProfileBlob(msgspec.Struct):
    """The fields that were ever set, each as (ts, value); a value of `None` is the default.

    >>> blob = ProfileBlob()
    >>> blob.merge(5, {"nickname": "Ann"}), blob.merge(4, {"nickname": "Old"})
    (True, False)
    >>> ProfileBlob.from_bytes(blob.to_bytes()).text("nickname")
    'Ann'
    """

    fields: dict[str, tuple[int, object]] = msgspec.field(default_factory=dict)

    def merge(self, ts: int, fields: Mapping[str, object]) -> bool:
        """Take each field whose `ts` is not earlier than what is known; say whether any was."""
        taken = False
        for name, value in fields.items():
            if name not in PROFILE_FIELDS:
                raise ValueError(f"{name!r} is no profile field")
            known = self.fields.get(name)
            if known is None or ts >= known[0]:
                self.fields[name] = (ts, value)
                taken = True
        return taken

    def get(self, name: str) -> object:
        """Return the value of a field, `None` where it was never set or put back."""
        known = self.fields.get(name)
        return None if known is None else known[1]

    def text(self, name: str) -> str | None:
        """Return the value of a field that is a string."""
        return cast("str | None", self.get(name))

    def categories(self) -> list[str]:
        """Return the declared categories, in the order in which they came."""
        return cast("list[str] | None", self.get("categories")) or []

    def consents(self, name: str) -> bool:
        """Return `consent.push` or `consent.personalization`: true unless withdrawn."""
        return self.get(name) is not False

    def to_bytes(self) -> bytes:
        """Return the record: MessagePack of [ts, {place in `PROFILE_FIELDS`: value}, ts, …].

        Times and fields ascend, so that what is the same has the same bytes.
        """
        by_ts: dict[int, dict[int, object]] = {}
        for code, name in enumerate(PROFILE_FIELDS):
            if name in self.fields:
                ts, value = self.fields[name]
                by_ts.setdefault(ts, {})[code] = value
        return _ENCODER.encode([part for ts in sorted(by_ts) for part in (ts, by_ts[ts])])

    @classmethod
    def from_bytes(cls, data: bytes) -> ProfileBlob:
        """Return what `to_bytes` wrote, or wrote before: a map of field to [ts, value]."""
        if data[0] not in _ARRAYS:
            return cls(_OLD_DECODER.decode(data))
        parts = _DECODER.decode(data)
        fields: dict[str, tuple[int, object]] = {}
        for ts, values in zip(parts[::2], parts[1::2], strict=True):
            for code, value in cast("Mapping[int, object]", values).items():
                fields[PROFILE_FIELDS[code]] = cast("int", ts), value
        return cls(fields)


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(list[int | dict[int, object]])
_OLD_DECODER = msgspec.msgpack.Decoder(dict[str, tuple[int, object]])


def quiet_minutes(value: object) -> tuple[int, int]:
    """Return start and end in local minutes of the day of `{start, end}`; `None` = (0, 0), none."""
    if value is None:
        return 0, 0
    hours = cast("Mapping[str, str]", value)
    return _minute(hours["start"]), _minute(hours["end"])


def _minute(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:5])


def declared_hashes(categories: Iterable[str]) -> list[int]:
    """Return the short hashes of the first distinct categories, filled up with 0."""
    known = dict.fromkeys(short_hash(hash64(category)) for category in categories)
    hashes = list(known)[:DECLARED_SLOTS]
    return hashes + [0] * (DECLARED_SLOTS - len(hashes))
