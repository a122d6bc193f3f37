"""Users whom the view still holds and the state no longer knows: found and deleted.

An erasure that came while Redis was away is lost when the worker restarts before Redis is back.
So after each rebuild the keys are looked through once, slowly.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from features.hashing import murmur2_partition
from streams.view.keys import ViewKeys
from streams.view.partition_view import PartitionView

__all__ = ["Sweep"]

_KEYS_AT_ONCE = 1_000


class Sweep:
    """One slow walk over all keys at a time.

    Parameters
    ----------
    partitions : number of user partitions.
    view_of : the view of a partition that is complete; None for all others.
    """

    def __init__(
        self,
        keys: ViewKeys,
        partitions: int,
        view_of: Callable[[int], PartitionView | None],
    ) -> None:
        self._keys = keys
        self._partitions = partitions
        self._view_of = view_of
        self._cursor: int | None = None

    @property
    def running(self) -> bool:
        """Whether a walk has begun and not ended."""
        return self._cursor is not None

    def begin(self) -> None:
        """Walk over everything, from the beginning."""
        self._cursor = 0

    async def step(self, client: Any) -> list[str]:
        """Look at the next thousand keys and return the users to be deleted."""
        if self._cursor is None:
            return []
        self._cursor, found = await client.scan(
            self._cursor, match=f"{self._keys.users}*", count=_KEYS_AT_ONCE
        )
        if self._cursor == 0:
            self._cursor = None
        ids = {self._keys.user_id(key.decode(errors="surrogateescape")) for key in found}
        return self._strangers(sorted(user_id for user_id in ids if user_id is not None))

    def _strangers(self, user_ids: Sequence[str]) -> list[str]:
        encoded = [user_id.encode(errors="surrogateescape") for user_id in user_ids]
        numbers = murmur2_partition(encoded, self._partitions)
        strangers = []
        for user_id, number in zip(user_ids, numbers.tolist(), strict=True):
            view = self._view_of(number)
            if view is not None and view.state.users.index.get(user_id) is None:
                strangers.append(user_id)
        return strangers
