"""The rules that bind a reminder whatever it is worth: consent, mute, touches, quiet hours."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from features.hashing import U64Array
from features.row import MUTED, PERSONALIZATION_OK, PUSH_OK
from features.state import UserState
from features.touches import ATTENDED, EVER_RESERVED, RESERVED
from online_models.arrays import Bools, Ints
from reminders.board_stream import BoardStream
from reminders.ladder import Rung
from reminders.quiet_hours import LocalQuiet
from reminders.settings import DecisionSettings
from reminders.suppression import SENDABLE, Suppression, mark

__all__ = [
    "Standing",
    "forbidden",
    "local_quiet",
    "profile_since_s",
    "quiet_hours_bind",
    "standing",
]

_BINDING = ("consent.push", "consent.personalization", "timezone", "quiet_hours")

LAST_CALL_RUNG = "15m"
"""The rung on which quiet hours do not hold back what the user asked for."""


@dataclass(frozen=True)
class Standing:
    """What `n` users have said and done that bears on one stream, as of now.

    Attributes
    ----------
    slots
        int64[n]; all must be in use.
    user_h
        uint64[n].
    push, muted, personal
        bool[n]: consent to pushes, pushes switched off, consent to personalization.
    reserved
        bool[n]: holds a reservation; a reminder is then `attend`, else `invite`.
    ever, attended
        bool[n]: ever reserved or attended it; attended it.
    follows
        bool[n]: follows the host.
    since_s
        int64[n]: epoch second since which all this has held.
    """

    slots: Ints
    user_h: U64Array
    push: Bools
    muted: Bools
    personal: Bools
    reserved: Bools
    ever: Bools
    attended: Bools
    follows: Bools
    since_s: Ints

    def __len__(self) -> int:
        return len(self.slots)

    def take(self, rows: Ints | Bools) -> Standing:
        """Return the given users."""
        return Standing(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})


def standing(state: UserState, stream: BoardStream, slots: Ints) -> Standing:
    """Return how the users in `slots` stand to a stream."""
    rows = state.users.rows
    flags = rows["flags"][slots]
    touches = state.touches.lookup(slots, stream.stream_h)
    touched = touches["flags"]
    follows = state.follows.lookup(slots, stream.host_h)
    reserved = touched & RESERVED != 0
    personal = flags & PERSONALIZATION_OK != 0
    since_ts = np.maximum(rows["mute_ts"][slots], np.where(reserved, touches["reserved_ts"], 0))
    by_follow = ~personal & ~reserved
    since_ts = np.maximum(since_ts, np.where(by_follow, follows["ts"], 0))
    return Standing(
        slots=slots,
        user_h=rows["user_h"][slots],
        push=flags & PUSH_OK != 0,
        muted=flags & MUTED != 0,
        personal=personal,
        reserved=reserved,
        ever=touched & (EVER_RESERVED | ATTENDED) != 0,
        attended=touched & ATTENDED != 0,
        follows=follows["flags"] != 0,
        since_s=-(-since_ts // 1_000),
    )


def forbidden(users: Standing) -> Ints:
    """Return int64[n]: the code of the rule that forbids any reminder of the stream, or SENDABLE.

    No push without consent or while muted; nothing to who is or was in the stream; no invitation
    after a reservation, even a cancelled one; without personalization only reserved streams and
    those of followed hosts.
    """
    codes = np.full(len(users), SENDABLE, np.int64)
    mark(codes, ~users.push, Suppression.NO_CONSENT)
    mark(codes, users.muted, Suppression.MUTED)
    mark(codes, users.attended, Suppression.ALREADY_ATTENDED)
    mark(codes, users.ever & ~users.reserved, Suppression.NOT_RESERVED)
    strange = ~users.personal & ~users.reserved & ~users.follows
    mark(codes, strange, Suppression.NO_PERSONALIZATION)
    return codes


def profile_since_s(state: UserState, slots: Ints) -> Ints:
    """Return int64[n], epoch seconds since when consent, zone and quiet hours are what they are."""
    return -(-state.users.profile_ts(slots, _BINDING) // 1_000)


def quiet_hours_bind(settings: DecisionSettings, rung: Rung, attend: Bools) -> Bools:
    """Return bool[n]: whether quiet hours hold back a reminder on `rung`."""
    if rung.name != LAST_CALL_RUNG or settings.quiet_hours_bind_attend:
        return np.ones(len(attend), np.bool_)
    return ~attend


def local_quiet(state: UserState, slots: Ints, binding: Bools) -> LocalQuiet:
    """Return the quiet hours of users, none for those whom they do not bind."""
    table = state.users
    start = table.rows["quiet_start"][slots].astype(np.int64)
    end = table.rows["quiet_end"][slots].astype(np.int64)
    return LocalQuiet(
        zones=table.zones,
        codes=table.zone[slots].astype(np.int64),
        start=start,
        end=np.where(binding, end, start),
    )
