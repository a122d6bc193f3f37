"""From rows of one version to those of the next: what both know stays as it was."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np

from features.row import Rows

__all__ = ["carried"]


def carried(rows: Rows, dtype: np.dtype[Any], version: int, but: Collection[str] = ()) -> Rows:
    """Return rows of a later `version`, of that `dtype`: fields of both as they were, others zero.

    `but`: fields of both that mean something else now; they stay zero too.

    >>> old = np.array([(3, 7, 9)], [("version", "<u2"), ("age", "<u2"), ("spend", "<u2")])
    >>> new = np.dtype([("version", "<u2"), ("age", "<u2"), ("seen", "<u2"), ("spend", "<u2")])
    >>> carried(old, new, 4, but=("spend",)).tolist()
    [(4, 7, 0, 0)]
    """
    later = np.zeros(len(rows), dtype)
    for name in set(rows.dtype.names or ()) & set(dtype.names or ()) - {"version", *but}:
        later[name] = rows[name]
    later["version"] = version
    return later
