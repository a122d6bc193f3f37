"""One user and one stream, asked of what is committed: `livecue explain`."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from config import Settings
from features.contracts import INTERACTION_TYPES
from features.errors import LivecueError
from features.hashing import murmur2_partition
from features.offered import entropy_offered
from reminders.board_stream import BoardStream
from reminders.explanation_texts import OBSTACLE_TEXTS
from reminders.remedies import CHANGES
from reminders.rung_explanation import RungExplanation
from streams.composition import decision_settings
from streams.readback import Readback, read_back

__all__ = ["Explanation", "Obstacle", "UnknownError", "explain"]


class UnknownError(LivecueError):
    """There is no such user or stream, or nothing to explain yet."""


class Obstacle(msgspec.Struct, frozen=True):
    """What is against a reminder, and what would change that."""

    code: str
    text: str
    remedy: str


@dataclass(frozen=True)
class Explanation:
    """All that is told.

    Attributes
    ----------
    now_ts : as of when, epoch ms.
    timezone, locale : the user's.
    totals : events ever by type, exact.
    offered_entropy : bits, how varied the categories of the user's last reminders were.
    obstacles : by rung, what decides first.
    """

    user_id: str
    stream_id: str
    title: str | None
    host: str | None
    start_ts: int
    now_ts: int
    partition: int
    model_version: int
    timezone: str
    locale: str
    totals: dict[str, int]
    offered_entropy: float
    rungs: list[RungExplanation]
    obstacles: dict[str, list[Obstacle]]


async def explain(
    settings: Settings, user_id: str, stream_id: str, rung: str | None
) -> Explanation:
    """Read the user's partition back and ask its planner about one rung, or about all.

    Raises
    ------
    UnknownError
        The user or stream is not known, the stream has no start, or no tick has come yet.
    """
    number = int(murmur2_partition([user_id.encode()], settings.topics.partitions)[0])
    back = await read_back(settings, number)
    stream = _known(back, number, user_id, stream_id)
    state, shared = back.memory.state, back.shared
    ladder = [one for one in decision_settings(settings).rungs if rung in (None, one.name)]
    told = [
        back.planner.explain(
            state, shared.board, shared.snapshot, user_id, stream, one, back.now_ms
        )
        for one in ladder
    ]
    (slot,) = state.users.slots_of([user_id], create=False).tolist()
    totals = state.users.rows["totals"][slot].tolist()
    return Explanation(
        user_id=user_id,
        stream_id=stream_id,
        title=stream.record.title,
        host=stream.record.host_name or stream.record.host_id,
        start_ts=stream.record.start_ts or 0,
        now_ts=back.now_ms,
        partition=number,
        model_version=shared.snapshot.version,
        timezone=state.users.zones.name(int(state.users.zone[slot])),
        locale=state.users.locales[int(state.users.locale[slot])],
        totals=dict(zip(INTERACTION_TYPES, totals, strict=True)),
        offered_entropy=float(entropy_offered(state.users.rows["offered_h"][[slot]])[0]),
        rungs=told,
        obstacles={one.rung: _obstacles(one) for one in told},
    )


def _known(back: Readback, number: int, user_id: str, stream_id: str) -> BoardStream:
    if back.now_ms < 0:
        raise UnknownError('clock = "topic", and no tick has come yet: nothing is decided before')
    if back.memory.state.users.index.get(user_id) is None:
        raise UnknownError(
            f"user {user_id!r} is unknown in partition {number}: no event or profile of theirs has"
            " been committed, or they were erased"
        )
    stream = back.shared.board.get(stream_id)
    if stream is None:
        raise UnknownError(f"stream {stream_id!r} is not on the board")
    if stream.record.start_ts is None:
        raise UnknownError(f"stream {stream_id!r} has no start: it was never announced")
    return stream


def _obstacles(told: RungExplanation) -> list[Obstacle]:
    helps = [
        f"{CHANGES[name][0]} (worth {value:.4f} then)" for name, value in told.remedies.items()
    ]
    said: dict[str, object] = {
        "value": told.value,
        "price": told.price,
        "strategy": told.strategy,
        "remedies": "".join(f"{each}; " for each in helps),
    }
    texts = [(code, *OBSTACLE_TEXTS[code]) for code in told.held_by]
    return [
        Obstacle(code, text.format_map(said), _sentence(remedy.format_map(said)))
        for code, text, remedy in texts
    ]


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
