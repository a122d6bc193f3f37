"""Records of several topics in the order that the contract gives them, yet applied by columns.

A tick's records are ordered by (`ts`, profiles before interactions before feedback, offset). What
is known of one user does not depend on another's records, so only each user's own order matters:
a user's records are cut into runs of one kind, and round k applies everybody's k-th run, all runs
of a kind together. There are as many rounds as the busiest alternation of one user, a handful.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from online_models.arrays import Ints

__all__ = ["KindColumns", "in_rounds"]


@dataclass(frozen=True, slots=True)
class KindColumns:
    """What the order needs of the records of one kind, in offset order.

    Attributes
    ----------
    user_h : uint64[n], hashes of the users.
    ts : int64[n], epoch ms.
    """

    user_h: npt.NDArray[np.uint64]
    ts: Ints


def in_rounds(kinds: Sequence[KindColumns], *, by_time: bool) -> Iterator[tuple[int, Ints]]:
    """Yield (kind, indices into that kind's columns), in the order to apply them.

    Parameters
    ----------
    kinds : columns of each kind; at equal `ts` the earlier kind comes first.
    by_time : whether records are ordered by `ts`; else each kind stays as it arrived.
    """
    sizes = [len(kind.ts) for kind in kinds]
    present = [number for number, size in enumerate(sizes) if size]
    if not present:
        return
    if len(present) == 1 or not by_time:
        for kind in present:
            index = np.arange(sizes[kind])
            yield kind, _by_time(kinds[kind], index) if by_time else index
        return
    user_h = np.concatenate([kind.user_h for kind in kinds])
    ts = np.concatenate([kind.ts for kind in kinds])
    rank = np.repeat(np.arange(len(kinds)), sizes)
    index = np.concatenate([np.arange(size) for size in sizes])
    order = np.lexsort((index, rank, ts, user_h))
    run = _run_numbers(user_h[order], rank[order])
    for number in range(int(run.max()) + 1):
        members = order[run == number]
        for kind in present:
            chosen = index[members[rank[members] == kind]]
            if len(chosen):
                yield kind, _by_time(kinds[kind], np.sort(chosen))


def _by_time(columns: KindColumns, index: Ints) -> Ints:
    return index[np.argsort(columns.ts[index], kind="stable")]


def _run_numbers(user_h: npt.NDArray[np.uint64], rank: Ints) -> Ints:
    """Number each user's runs of one kind from 0; both arrays are sorted by user, then time."""
    new_user = np.r_[True, user_h[1:] != user_h[:-1]]
    new_run = new_user | np.r_[True, rank[1:] != rank[:-1]]
    run = np.cumsum(new_run)
    first_of_user = np.maximum.accumulate(np.where(new_user, run, 0))
    return run - first_of_user
