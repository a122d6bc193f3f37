"""Acts, people and rooms of a live log as records of the wire contract."""

from __future__ import annotations

from typing import Literal

from features.contracts import Interaction, InteractionType, Profile, StreamRecord
from streams.replay.live_log import LiveLog, User
from streams.replay.live_schedule import LiveStart

__all__ = ["act_record", "announcement", "invites_per_room", "leave_record", "room_id"]
__all__ += ["turn_record", "user_id", "user_profile"]

_TYPES: tuple[InteractionType, ...] = ("enter", "comment", "like", "gift")
_PEOPLE_PER_INVITE = 3_000
_LEAST_INVITES = 3


def user_id(number: int) -> str:
    """The user id of a person."""
    return f"user-{number}"


def room_id(number: int) -> str:
    """The stream id of a room."""
    return f"room-{number}"


def invites_per_room(people: int) -> int:
    """How many invitations each announced room may give: about one a person and week."""
    return max(people // _PEOPLE_PER_INVITE, _LEAST_INVITES)


def act_record(log: LiveLog, row: int) -> Interaction:
    """What somebody did: came, commented, liked, or gave."""
    kind = _TYPES[int(log.act[row])]
    amount = float(log.amount[row]) if kind == "gift" else None
    return _interaction(log, row, kind, int(log.at_ms[row]), amount=amount)


def leave_record(log: LiveLog, row: int) -> Interaction:
    """The end of a visit, when how long it was is known for the first time."""
    watched_ms = int(log.amount[row])
    return _interaction(log, row, "leave", int(log.at_ms[row]) + watched_ms, dwell_ms=watched_ms)


def user_profile(at_ms: int, user: User) -> Profile:
    """What is known of a person."""
    return Profile(
        user_id=user_id(user.number), ts=at_ms, gender=user.gender, age_band=user.age_band
    )


def announcement(log: LiveLog, start: LiveStart) -> StreamRecord:
    """A room as its host announces it: when it starts and what it is, not how long it will be."""
    rooms = log.rooms
    host = int(rooms.host[start.room])
    category, tag = _category(log, start.room), rooms.tags.get(host)
    said = [word for word in (rooms.names.get(host), category, tag) if word]
    return StreamRecord(
        stream_id=room_id(int(rooms.number[start.room])),
        ts=start.announced_s * 1_000,
        status="scheduled",
        host_id=_host_id(host),
        host_name=rooms.names.get(host),
        title=" ".join(said) or "live",
        category=category,
        tags=[tag] if tag else None,
        max_invites=invites_per_room(len(log.users)),
        start_ts=start.start_s * 1_000,
    )


def turn_record(log: LiveLog, start: LiveStart, turn: Literal["live", "ended"]) -> StreamRecord:
    """The announced room begins, or ends."""
    at_s = start.start_s if turn == "live" else start.close_s
    return StreamRecord(
        stream_id=room_id(int(log.rooms.number[start.room])), ts=at_s * 1_000, status=turn
    )


def _interaction(
    log: LiveLog,
    row: int,
    kind: InteractionType,
    at_ms: int,
    dwell_ms: int | None = None,
    amount: float | None = None,
) -> Interaction:
    room = int(log.room[row])
    return Interaction(
        event_id=f"{kind}-{row}",
        type=kind,
        user_id=user_id(log.users[int(log.user[row])].number),
        ts=at_ms,
        stream_id=room_id(int(log.rooms.number[room])),
        host_id=_host_id(int(log.rooms.host[room])),
        category=_category(log, room),
        dwell_ms=dwell_ms,
        amount=amount,
    )


def _host_id(number: int) -> str:
    return f"host-{number}"


def _category(log: LiveLog, room: int) -> str | None:
    place = int(log.rooms.category[room])
    return None if place < 0 else log.rooms.categories[place]
