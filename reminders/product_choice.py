"""Which product of a stream a reminder names: the one nearest to what the user watched."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from features.contracts import StreamRecord
from features.row import Rows
from features.step_sums import weighted_sums
from online_models.arrays import Bools, Ints
from reminders.slot_text import clean

__all__ = ["nearest_products", "product_names"]

_MOST = 5


def product_names(record: StreamRecord) -> tuple[str, ...]:
    """Return the names that may be shown, of the first five products, in the record's order.

    >>> from features.contracts import Product
    >>> listed = [Product(product_id="1", name=" "), Product(product_id="2", name="Coat")]
    >>> product_names(StreamRecord(stream_id="s", ts=0, status="live", products=listed))
    ('Coat',)
    """
    names = (clean(product.name) for product in (record.products or [])[:_MOST])
    return tuple(name for name in names if name)


def nearest_products(
    rows: Rows, slots: Ints, personal: Bools, vectors: npt.NDArray[np.float32]
) -> Ints:
    """Return the place of each user's product, int64[n]; the first where nothing tells them apart.

    Parameters
    ----------
    rows, slots
        The user rows, and whose are asked for, int64[n].
    personal
        Who wants to be addressed personally, bool[n]; all others get the first.
    vectors
        float32[k, 32]: the embedding of each product's name, of unit length or zero.
    """
    nearest = np.zeros(len(slots), np.int64)
    if len(vectors) > 1:
        asked = np.flatnonzero(personal)
        content, unit = (rows[name][slots[asked]] for name in ("content", "content_unit"))
        ways = vectors[None].astype(np.float64)
        liking = weighted_sums(content, unit, ways, np.zeros(len(asked), np.int64))
        nearest[asked] = np.argmax(liking, axis=0)
    return nearest
