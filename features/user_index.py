"""Where each user is: ids to slots, found by hash and checked against the id."""

from __future__ import annotations

from features.hash_index import HashIndex
from features.hashing import IntArray, U64Array, hash64_many
from features.texts import Texts
from features.user_ids import UserIds

__all__ = ["UserIndex"]


class UserIndex:
    """Ids by slot and slots by id; a dictionary's answers without its memory and cache misses.

    >>> import numpy as np
    >>> index = UserIndex()
    >>> index.ids.extend(2)
    >>> index.add(Texts.of(["ann", "bob"]), hash64_many(["ann", "bob"]), np.array([0, 1]))
    >>> index.get("bob"), index.get("eve")
    (1, None)
    """

    def __init__(self) -> None:
        self.ids = UserIds()
        self._by_hash = HashIndex()

    def get(self, user_id: str) -> int | None:
        """Return the slot of one user, `None` if there is none."""
        (slot,) = self.find(Texts.of([user_id]), hash64_many([user_id])).tolist()
        return None if slot < 0 else int(slot)

    def find(self, user_ids: Texts, hashes: U64Array) -> IntArray:
        """Return the slot of each user, -1 where there is none, int64[n]; `hashes` of the ids."""
        slots = self._by_hash.get(hashes)
        slots[~self.ids.same(slots, user_ids)] = -1
        return slots

    def by_hash(self, hashes: U64Array) -> IntArray:
        """Return the slot of the user with each hash, -1 where there is none, int64[n]."""
        return self._by_hash.get(hashes)

    def add(self, user_ids: Texts, hashes: U64Array, slots: IntArray) -> None:
        """Put new users, whose hashes are nobody else's, into free slots of `ids`."""
        self.ids.put(slots, user_ids)
        self._by_hash.put(hashes, slots)

    def drop(self, slot: int) -> str:
        """Take a user out and return the id; `KeyError` where nobody is."""
        user_id = self.ids[slot]
        if user_id is None:
            raise KeyError(f"slot {slot} holds no user")
        self._by_hash.remove(hash64_many([user_id]))
        self.ids.drop(slot)
        return user_id
