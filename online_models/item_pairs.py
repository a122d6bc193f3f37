"""A bounded table of pairs of items: for each item its neighbours, and what binds them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from features.compiled import compiled, inlined
from features.growing import untouched
from online_models.arrays import Floats, Ints

__all__ = ["AFTER", "BEFORE", "TOGETHER", "ItemPairs"]

TOGETHER, AFTER, BEFORE = range(3)
"""What binds an item to a neighbour: taken by the same people; the neighbour came after; before."""

_Near = npt.NDArray[np.int32]
_Bonds = npt.NDArray[np.float32]
_WAYS = 8
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(32)


class ItemPairs:
    """Neighbours of each of `items` places, at most `neighbours` each, 16 bytes a pair.

    A row is a set-associative cache: a neighbour has eight slots it may take; when all are taken
    the weakest gives way. So an update costs the same however many items there are, and what is
    forgotten is weak or, rarely, was crowded out by eight stronger ones.

    Attributes
    ----------
    near : int32[items, neighbours]
        Place of the neighbour, -1 where the slot is free.
    bonds : float32[items, neighbours, 3]
        By `TOGETHER`, `AFTER`, `BEFORE`.
    """

    def __init__(self, items: int, neighbours: int) -> None:
        self.near: _Near = np.full((items, neighbours), -1, np.int32)
        bonds = untouched(items * neighbours * 3, np.float32)
        self.bonds: _Bonds = bonds.reshape(items, neighbours, 3)

    @property
    def nbytes(self) -> int:
        """Memory of the arrays."""
        return self.near.nbytes + self.bonds.nbytes

    def add(self, items: Ints, past: Ints, together: Floats, after: Floats) -> None:
        """Bind each item (int64[n]) to the items that its user took before (int64[n, k]).

        `past`: places, -1 for none; the item itself is skipped. `together`, `after`:
        float64[n, k], how much is added to the pair, and to "the item came after that one".
        """
        _add(self.near, self.bonds, items, past, together, after)

    def between(self, item: int, others: Ints) -> Floats:
        """Return float64[n, 3]: what binds one item to others; 0 where nothing does."""
        found = np.zeros((len(others), 3))
        _between(self.near, self.bonds, item, others, found)
        return found

    def drop(self, items: Ints) -> None:
        """Forget these items, as rows and as neighbours of others."""
        gone = np.zeros(len(self.near) + 1, np.bool_)
        gone[items] = True
        self.near[items] = -1
        self.near[gone[self.near]] = -1
        self.bonds[self.near < 0] = 0.0

    def scale(self, factor: float) -> None:
        """Multiply all bonds."""
        self.bonds *= np.float32(factor)


@inlined
def _slot(capacity: int, other: int, way: int) -> int:
    mixed = (np.uint64(other) * _GOLDEN) >> _SHIFT
    home = np.int64((mixed * np.uint64(capacity)) >> _SHIFT)
    return int((home + way) % capacity)


@inlined
def _find_or_take(near: _Near, bonds: _Bonds, item: int, other: int) -> int:
    """Return the slot of `other` in the row of `item`, cleared for it if it had none."""
    taken, least = -1, np.inf
    for way in range(min(_WAYS, near.shape[1])):
        slot = _slot(near.shape[1], other, way)
        if near[item, slot] == other:
            return slot
        worth = -1.0
        if near[item, slot] >= 0:
            worth = abs(bonds[item, slot, 0]) + bonds[item, slot, 1] + bonds[item, slot, 2]
        if worth < least:
            taken, least = slot, worth
    near[item, taken] = other
    bonds[item, taken, :] = 0.0
    return taken


@compiled
def _add(
    near: _Near, bonds: _Bonds, items: Ints, past: Ints, together: Floats, after: Floats
) -> None:
    for event in range(len(items)):
        item = items[event]
        for rank in range(past.shape[1]):
            other = past[event, rank]
            if other < 0 or other == item:
                continue
            slot = _find_or_take(near, bonds, item, other)
            bonds[item, slot, TOGETHER] += together[event, rank]
            bonds[item, slot, BEFORE] += after[event, rank]
            slot = _find_or_take(near, bonds, other, item)
            bonds[other, slot, TOGETHER] += together[event, rank]
            bonds[other, slot, AFTER] += after[event, rank]


@compiled
def _between(near: _Near, bonds: _Bonds, item: int, others: Ints, found: Floats) -> None:
    for number in range(len(others)):
        for way in range(min(_WAYS, near.shape[1])):
            slot = _slot(near.shape[1], others[number], way)
            if others[number] >= 0 and near[item, slot] == others[number]:
                found[number] = bonds[item, slot]
                break
