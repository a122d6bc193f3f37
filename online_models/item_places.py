"""Places in arrays for a bounded number of items, by key."""

from __future__ import annotations

import numpy as np

from features.hash_index import HashIndex
from features.hashing import U64Array, combine
from online_models.arrays import Floats, Ints

__all__ = ["ItemPlaces"]


class ItemPlaces:
    """Gives each item a place below `most`; when there are more items, those worth least go.

    Keys are uint64 and never 0, hashes or not.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.used = 0
        self._keys = np.zeros(most, np.uint64)
        self._index = HashIndex()

    @property
    def nbytes(self) -> int:
        """Memory of the arrays."""
        return self._keys.nbytes + self._index.nbytes

    @property
    def live(self) -> Ints:
        """The taken places, ascending, all below `used`."""
        return np.flatnonzero(self._keys[: self.used])

    def keys(self, places: Ints) -> U64Array:
        """Return the items' keys, of taken places."""
        return self._keys[places]

    def of(self, keys: U64Array) -> Ints:
        """Return the place of each key, -1 where it has none or is 0."""
        places = self._index.get(combine(keys)) if len(keys) else np.zeros(0, np.int64)
        return np.where(keys != 0, places, -1)

    def take(self, keys: U64Array, worth: Floats) -> tuple[Ints, Ints]:
        """Return the place of each key (none is 0), new or old, and the places that lost theirs.

        When too few places are free, the tenth that is worth least is forgotten, or as many
        items as there are keys (at most `most`). `worth`: float64[most], by place.
        """
        free = np.concatenate(
            (np.flatnonzero(self._keys[: self.used] == 0), np.arange(self.used, self.most))
        )
        gone = np.zeros(0, np.int64)
        if len(free) < len(keys) and (self.of(keys) < 0).sum() > len(free):
            gone = self._least(max(len(keys), self.most // 10), worth)
            self._index.remove(combine(self._keys[gone]))
            self._keys[gone] = 0
            free = np.concatenate((free, gone))
        places, unknown = self._index.get_or_put(combine(keys), free)
        self._keys[places[unknown]] = keys[unknown]
        self.used = max(self.used, int(places.max(initial=-1)) + 1)
        return places, gone

    def _least(self, count: int, worth: Floats) -> Ints:
        live = self.live
        return live[np.lexsort((self._keys[live], worth[live]))[:count]]
