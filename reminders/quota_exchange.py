"""What user partitions tell each other about the quotas that they share: bids, and gifts.

A partition may send its share of a stream's `max_invites` (`reminders.quota`). When the window of a
small quota opens, each partition bids: it tells the values of its best users. Once it has heard all
bids, a partition with fewer of the best of all users than its share gives the rest to those with
more. A gift is for good, and told in the transaction from which on the giver does without: whatever
anybody hears late or never, what all partitions may send adds up to no more than the quota.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from math import isqrt

import msgspec
import numpy as np

from online_models.arrays import Floats

__all__ = ["Exchange", "Note", "bid_of", "gifts", "is_traded"]

ENOUGH = 16
"""With so many invitations in each share, on the average, the shares are good enough."""
KEPT_MS = 2 * 86_400_000


class Note(msgspec.Struct, array_like=True):
    """What a partition says of an announcement when it decides at `at_ms`: a bid or gifts.

    Attributes
    ----------
    bid : float32[k] as bytes, values in descending order.
    gifts : invitations by the partition that may send them instead.
    """

    announcement: int
    partition: int
    at_ms: int
    bid: bytes | None = None
    gifts: dict[int, int] | None = None


class Exchange:
    """What was told, by announcement; the first word of a partition holds.

    >>> known = Exchange()
    >>> known.tell(msgspec.msgpack.encode(Note(5, 0, 1_000, gifts={2: 3})))
    >>> known.given_to(2, 5, until_ms=1_000), known.given_to(2, 5, until_ms=999)
    (3, 0)
    """

    def __init__(self) -> None:
        self._bids: dict[int, dict[int, Note]] = {}
        self._gifts: dict[int, dict[int, Note]] = {}
        self._order: deque[tuple[int, int]] = deque()

    def tell(self, value: bytes) -> None:
        """Take a `Note` as MessagePack; what is two days older is forgotten."""
        note = msgspec.msgpack.decode(value, type=Note)
        known = self._gifts if note.bid is None else self._bids
        known.setdefault(note.announcement, {}).setdefault(note.partition, note)
        self._order.append((note.at_ms, note.announcement))
        while self._order[0][0] < note.at_ms - KEPT_MS:
            _, announcement = self._order.popleft()
            self._bids.pop(announcement, None)
            self._gifts.pop(announcement, None)

    def bids(self, announcement: int, until_ms: int) -> dict[int, Floats]:
        """Return by partition what was bid at `until_ms` or before."""
        return {
            number: np.frombuffer(note.bid or b"", "<f4").astype(np.float64)
            for number, note in self._bids.get(announcement, {}).items()
            if note.at_ms <= until_ms
        }

    def given_to(self, partition: int, announcement: int, until_ms: int) -> int:
        """Return how many invitations a partition was given at `until_ms` or before."""
        notes = self._gifts.get(announcement, {}).values()
        return sum((note.gifts or {}).get(partition, 0) for note in notes if note.at_ms <= until_ms)


def is_traded(most: int, partitions: int) -> bool:
    """Return whether a quota is so small that its shares lose much of it.

    >>> is_traded(100, 8), is_traded(200, 8), is_traded(0, 8), is_traded(5, 1)
    (True, False, False, False)
    """
    return partitions > 1 and 0 < most < ENOUGH * partitions


def bid_of(values: Floats, most: int, partitions: int) -> bytes:
    """Return the best of `values`, float64[n], as a bid for a quota.

    As many as a partition can have among the best of all, but for chances below one in a million.
    """
    mean = -(-most // partitions)
    size = min(most, mean + 6 * (isqrt(mean) + 1))
    return np.sort(values)[::-1][:size].astype("<f4").tobytes()


def gifts(own: int, shares: Sequence[int], bids: Mapping[int, Floats], left: int) -> dict[int, int]:
    """Return what partition `own` gives away, by partition; at most `left` in all.

    Every partition works out the same gifts of all, from the first to the last.

    Parameters
    ----------
    shares : the quota's share of each partition.
    bids : by partition, of all of them.

    >>> few, many = np.array([0.1]), np.array([0.9, 0.8, 0.7])
    >>> gifts(0, [2, 2], {0: few, 1: many}, left=2), gifts(1, [2, 2], {0: few, 1: many}, left=2)
    ({1: 1}, {})
    """
    owner = np.concatenate([np.full(len(bids[number]), number) for number in range(len(shares))])
    value = np.concatenate([bids[number] for number in range(len(shares))])
    chosen = owner[np.lexsort((owner, -value))[: sum(shares)]]
    spare = np.array(shares) - np.bincount(chosen, minlength=len(shares))
    given: dict[int, int] = {}
    takers = deque(np.flatnonzero(spare < 0).tolist())
    for giver in np.flatnonzero(spare > 0).tolist():
        while spare[giver] and takers:
            taker = takers[0]
            count = int(min(spare[giver], -spare[taker]))
            spare[giver] -= count
            spare[taker] += count
            if giver == own and (count := min(count, left)) > 0:
                given[taker], left = count, left - count
            if not spare[taker]:
                takers.popleft()
    return given
