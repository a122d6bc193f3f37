"""Who is never sent a kind of reminder of a stream, so that its effect can be measured."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from features.hashing import hash64, uniform
from online_models.arrays import Bools
from reminders.settings import DecisionSettings

__all__ = ["held_out"]

_INVITE, _ATTEND = hash64("holdout/invite"), hash64("holdout/attend")


def held_out(
    settings: DecisionSettings,
    stream_h: int,
    user_h: npt.NDArray[np.uint64],
    attend: Bools,
) -> Bools:
    """Return bool[n]: whether (user, stream) is in the holdout of its kind, on every rung.

    Parameters
    ----------
    user_h
        uint64[n] hashes of the users.
    attend
        bool[n]: `attend` where true, `invite` elsewhere.
    """
    salts = (
        (settings.holdout_invite, _INVITE, ~attend),
        (settings.holdout_attend, _ATTEND, attend),
    )
    held = np.zeros(len(user_h), np.bool_)
    for share, salt, kind in salts:
        if share > 0.0 and kind.any():
            held[kind] = uniform(settings.seed, salt, user_h[kind], stream_h) < share
    return held
