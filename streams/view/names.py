"""Hosts and categories by their hashes, which is all that user rows hold of them."""

from __future__ import annotations

from collections.abc import Iterable

from features.contracts import StreamRecord
from features.hashing import hash64
from features.row import short_hash

__all__ = ["Names"]

_LIMIT = 200_000


class Names:
    """What streams and profiles told; the oldest are dropped beyond `limit` of each.

    Hashes are the 32 bits that rows hold of them (`short_hash`).

    >>> names = Names()
    >>> names.learn_categories(["beauty"])
    >>> names.category(short_hash(hash64("beauty"))), names.host(255)
    ('category:beauty', 'host_h:000000ff')
    """

    def __init__(self, limit: int = _LIMIT) -> None:
        self._limit = limit
        self._hosts: dict[int, str] = {}
        self._categories: dict[int, str] = {}

    def learn(self, stream: StreamRecord) -> None:
        """Take what a stream tells."""
        if stream.host_id:
            self._put(self._hosts, stream.host_id)
        if stream.category:
            self._put(self._categories, stream.category)

    def learn_categories(self, categories: Iterable[str]) -> None:
        """Take what a profile tells."""
        for category in categories:
            self._put(self._categories, category)

    def host(self, host_h: int) -> str:
        """The tag of a host."""
        name = self._hosts.get(host_h)
        return f"host_h:{host_h:08x}" if name is None else f"host:{name}"

    def category(self, category_h: int) -> str:
        """The tag of a category."""
        name = self._categories.get(category_h)
        return f"category_h:{category_h:08x}" if name is None else f"category:{name}"

    def _put(self, known: dict[int, str], name: str) -> None:
        key = short_hash(hash64(name))
        if key not in known and len(known) >= self._limit:
            del known[next(iter(known))]
        known[key] = name
