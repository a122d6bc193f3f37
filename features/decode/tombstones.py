"""Records without a value, of the topics that know them."""

from __future__ import annotations

from features.contracts.fields import ID_MAX
from features.decode.rejected import Rejected, explain, shown

__all__ = ["tombstone_id"]


def tombstone_id(key: bytes | None, position: int, field_name: str) -> str | Rejected:
    """The id that a record without a value is about: its key."""
    if key is None:
        text = f"the record has neither key nor value; send the `{field_name}` as the key"
        return Rejected(position, "key_missing", text)
    try:
        name = key.decode()
    except UnicodeDecodeError:
        return explain(position, "not_utf8", "key", shown(key), "the id encoded in UTF-8")
    if not 1 <= len(name) <= ID_MAX:
        code = "id_too_long" if name else "empty_id"
        return explain(position, code, "key", shown(name), "a string of 1 to 128 characters")
    return name
