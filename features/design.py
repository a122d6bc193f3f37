"""The design matrix: what the models see of each user about one stream."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from features.columns.behaviour import behaviour_columns
from features.columns.moment import moment_columns
from features.columns.presence import presence_columns
from features.columns.rhythm import rhythm_columns
from features.columns.tie import tie_columns
from features.columns.view import RungLike, UserView
from features.columns.weariness import weariness_columns
from features.hashing import FloatArray, IntArray
from features.opaque import take_structs
from features.registry import FEATURE_INDEX, FEATURES
from features.state import UserState
from features.stream_context import StreamContext
from features.ties import Ties, ties_of

__all__ = ["Design", "design_of"]

_CHUNK = 6_000
"""Users at once: their rows stay in the cache until all columns are made of them."""
_PARTS = (
    tie_columns,
    moment_columns,
    presence_columns,
    behaviour_columns,
    weariness_columns,
    rhythm_columns,
)


class Design(NamedTuple):
    """What is known of some users about one stream: features float64[n, F], and ties."""

    x: FloatArray
    ties: Ties


def design_of(
    state: UserState, slots: IntArray, context: StreamContext, rung: RungLike, now: int
) -> Design:
    """Return the features of the users in `slots` (int64[n]) at `now` (epoch ms), and their ties.

    Columns are `registry.FEATURES` in order, finite and within their bounds. A user's line
    depends on that user and the stream alone. Of users who refuse personalization only what is
    no behaviour is used; the rest is as for a stranger. 312 bytes a user, column by column
    (Fortran order): give many users in parts, where memory is short.
    """
    design = np.empty((len(FEATURES), len(slots)))
    ties: list[Ties] = []
    for first in range(0, max(len(slots), 1), _CHUNK):
        part = slice(first, first + _CHUNK)
        view = _view(state, slots[part], context, rung, now)
        _fill(design[:, part], view)
        ties.append(view.ties)
    return Design(design.T, Ties.joined(ties))


def _view(
    state: UserState, slots: IntArray, context: StreamContext, rung: RungLike, now: int
) -> UserView:
    users = state.users
    rows = take_structs(users.rows, slots)
    ties = ties_of(state, rows, slots, context, now)
    return UserView(rows, users.zone[slots], users.zones, ties, context, rung, now)


def _fill(lines: FloatArray, view: UserView) -> None:
    """Put the features of the users into `lines`, float64[F, n]."""
    for part in _PARTS:
        for name, column in part(view).items():
            lines[FEATURE_INDEX[name]] = column
    private = ~view.ties.personalization
    if private.any():
        for place, feature in enumerate(FEATURES):
            if feature.behaviour:
                lines[place, private] = feature.default
