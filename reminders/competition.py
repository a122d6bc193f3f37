"""When several invitations to a user are due, the best one goes, as often as the caps allow."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from features.hashing import U64Array
from online_models.arrays import Bools, Floats, Ints
from reminders.caps import InviteCaps
from reminders.quota import best
from reminders.suppression import SENDABLE, Suppression, code_of

__all__ = ["Contenders", "compete"]


@dataclass(frozen=True)
class Contenders:
    """Invitations that are due, of all plans, one entry each.

    `user_h` uint64[n], `slots`, `plan` (place in the list of plans), `send_s` int64[n],
    `value` float64[n], `stream_h` and `announcement` uint64[n] (which break ties).
    """

    user_h: U64Array
    slots: Ints
    plan: Ints
    send_s: Ints
    value: Floats
    stream_h: U64Array
    announcement: U64Array

    def __len__(self) -> int:
        return len(self.slots)


def compete(
    contenders: Contenders,
    sends: npt.NDArray[np.uint32],
    caps: InviteCaps,
    left: list[int | None],
    credit: int | None,
) -> Ints:
    """Return int64[n]: SENDABLE for those that go, else the code of what holds them back.

    Parameters
    ----------
    sends
        uint32[slots, k], the send times in the user rows; those that go are put in.
    left
        How many invitations each plan may still send, None = any number; counted down.
    credit
        How many may go in all, None = any number; the best do.
    """
    codes = caps.check(sends[contenders.slots], contenders.send_s)
    if credit is not None:
        free = codes == SENDABLE
        chosen = best(contenders.value, contenders.user_h, free, credit)
        codes[free & ~chosen] = code_of(Suppression.BELOW_PRICE)
    for number, entries in enumerate(_rounds(contenders, np.flatnonzero(codes == SENDABLE))):
        if number:  # Somebody may have been sent one in the round before.
            sent = sends[contenders.slots[entries]]
            codes[entries] = caps.check(sent, contenders.send_s[entries])
        free = entries[codes[entries] == SENDABLE]
        within = _within_quota(contenders, free, left)
        codes[free[~within]] = code_of(Suppression.QUOTA)
        caps.record(sends, contenders.slots[free[within]], contenders.send_s[free[within]])
    return codes


def _rounds(contenders: Contenders, among: Ints) -> list[Ints]:
    """Return the entries in rounds: each user's best, each one's second best, and so on."""
    if (contenders.plan[1:] == contenders.plan[:-1]).all():
        return [among]  # Of a plan everybody has one entry.
    keys = (contenders.announcement, contenders.stream_h, -contenders.value, contenders.user_h)
    order = among[np.lexsort([key[among] for key in keys])]
    users = contenders.user_h[order]
    first = np.flatnonzero(np.append(True, users[1:] != users[:-1])[: len(users)])
    counts = np.diff(first, append=len(users))
    rank = np.arange(len(users)) - np.repeat(first, counts)
    return [order[rank == place] for place in range(int(counts.max(initial=0)))]


def _within_quota(contenders: Contenders, entries: Ints, left: list[int | None]) -> Bools:
    within = np.ones(len(entries), np.bool_)
    plans = contenders.plan[entries]
    for place in np.unique(plans).tolist():
        most = left[place]
        if most is None:
            continue
        among = plans == place
        chosen = best(contenders.value[entries], contenders.user_h[entries], among, most)
        left[place] = most - int(chosen.sum())
        within &= ~among | chosen
    return within
