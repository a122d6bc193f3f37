"""From raw records to a changed memory: whose, whether new, whether erased."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from config import Settings
from features.contracts import TYPE_CODE
from features.hashing import murmur2_partition
from features.raw_records import RawRecords
from features.row import MUTED
from streams.composition import compose
from streams.engine.intake import Intake
from streams.engine.memory import PartitionMemory
from streams.engine.transaction import Outgoing, Record, one_by_one
from streams.testing import DAY_MS, feedback, interaction, profile

HOUR_MS = 3_600_000
WINDOW_MS = 600_000
T0 = 1_764_000_000_000
Pair = tuple[bytes | None, bytes | None]


@dataclass
class Desk:
    """One partition's memory, fed by hand."""

    partitions: int = 1
    clock: str = "topic"
    memory: PartitionMemory = field(init=False)

    def __post_init__(self) -> None:
        topics = {"partitions": self.partitions}
        self.shared = compose(Settings.model_validate({"clock": self.clock, "topics": topics}))
        self.memory = PartitionMemory(0, self.shared)
        self._intake = Intake(0, self.shared)
        self._offset = 0

    def apply(
        self,
        *,
        profiles: tuple[Pair, ...] = (),
        interactions: tuple[Pair, ...] = (),
        feedback: tuple[Pair, ...] = (),
        now: int = T0,
    ) -> list[Record]:
        """Apply records that arrived together, and return their dead letters."""
        topics = self.shared.topics
        came = {
            topics.profiles: profiles,
            topics.interactions: interactions,
            topics.feedback: feedback,
        }
        taken = {name: self._columns(pairs) for name, pairs in came.items()}
        return list(one_by_one(self._intake.apply(self.memory, taken, None, now)))

    def count(self, user_id: str, kind: str = "app_open") -> int | None:
        """How often a user did something; None when nobody knows the user."""
        users = self.memory.state.users
        slot = users.index.get(user_id)
        return None if slot is None else int(users.rows["totals"][slot, TYPE_CODE[kind]])

    def muted(self, user_id: str) -> bool:
        """Whether a user has switched pushes off."""
        users = self.memory.state.users
        slot = users.index.get(user_id)
        return slot is not None and bool(users.rows["flags"][slot] & MUTED)

    def _columns(self, pairs: tuple[Pair, ...]) -> RawRecords:
        keys, values = [key for key, _ in pairs], [value for _, value in pairs]
        records = RawRecords.of(keys, values, self._offset)
        self._offset += len(pairs)
        return records


def _as_written(outgoing: Sequence[Outgoing]) -> RawRecords:
    records = list(one_by_one(outgoing))
    return RawRecords.of([row.key for row in records], [row.value for row in records])


def _codes(letters: list[Record]) -> list[str]:
    return [dict(letter.headers)["error_code"].decode() for letter in letters]


@pytest.mark.parametrize(
    ("later_ms", "count"),
    [(0, 1), (WINDOW_MS, 1), (-WINDOW_MS, 1), (WINDOW_MS + 1, 2), (-WINDOW_MS - 1, 2)],
)
@pytest.mark.parametrize("together", [True, False])
def test_a_repeat_within_the_window_counts_once(later_ms: int, count: int, together: bool) -> None:
    """In one call or in two, earlier or later: the id and the window of its first decide."""
    desk = Desk()
    first = interaction("u", ts=T0, event_id="e")
    repeat = interaction("u", ts=T0 + later_ms, event_id="e")
    if together and later_ms >= 0:
        desk.apply(interactions=(first, repeat))
    else:
        desk.apply(interactions=(first,))
        desk.apply(interactions=(repeat,))
    assert desk.count("u") == count


def test_a_repeat_counts_once_after_a_restore() -> None:
    """Seen ids are part of what is written to `state`."""
    desk, other = Desk(), Desk()
    event = interaction("u", ts=T0, event_id="e")
    desk.apply(interactions=(event,))
    changed = desk.memory.take_changed(T0)
    other.memory.restore(_as_written(changed))
    other.apply(interactions=(event,))
    assert other.count("u") == 1


def test_one_id_of_two_users_is_two_events() -> None:
    """Event ids are unique per user; feedback has its own."""
    desk = Desk()
    desk.apply(
        interactions=(
            interaction("u", ts=T0, event_id="e"),
            interaction("v", ts=T0, event_id="e"),
        ),
        feedback=(feedback("u", "muted", T0, event_id="e"),),
    )
    assert (desk.count("u"), desk.count("v"), desk.muted("u")) == (1, 1, True)


def test_records_of_another_partition_are_dead_letters() -> None:
    """Interactions and profiles that lie in the wrong partition, and nothing beside them."""
    desk = Desk(partitions=2)
    names = [f"u{number}" for number in range(20)]
    ours = murmur2_partition([name.encode() for name in names], 2) == 0
    here = [name for name, mine in zip(names, ours, strict=True) if mine]
    there = [name for name, mine in zip(names, ours, strict=True) if not mine]
    letters = desk.apply(
        profiles=(profile(there[0], T0), profile(here[0], T0)),
        interactions=(interaction(there[1], ts=T0), interaction(here[1], ts=T0)),
        feedback=(feedback(there[0], ts=T0),),
    )
    assert _codes(letters) == ["wrong_partition", "wrong_partition"]
    assert [dict(one.headers)["source_offset"] for one in letters] == [b"0", b"2"]
    assert (desk.count(there[0]), desk.count(there[1])) == (None, None)
    assert (desk.count(here[0]), desk.count(here[1])) == (0, 1)


def test_bad_records_leave_their_neighbours_alone() -> None:
    """Each topic's dead letters name their topic and offset."""
    desk = Desk()
    letters = desk.apply(
        profiles=((b"u", b"{"),),
        interactions=(interaction("u", ts=T0), (b"u", b"[]"), interaction("u", ts=T0 + 1)),
        feedback=((None, None),),
    )
    topics = desk.shared.topics
    assert [dict(one.headers)["source_topic"].decode() for one in letters] == [
        topics.profiles,
        topics.interactions,
        topics.feedback,
    ]
    assert desk.count("u") == 2


def test_feedback_creates_nobody() -> None:
    """Of a user who is not known it is dropped, and does not count as seen."""
    desk = Desk()
    assert desk.apply(feedback=(feedback("u", "muted", T0, event_id="e"),)) == []
    assert desk.count("u") is None
    desk.apply(interactions=(interaction("u", ts=T0),))
    desk.apply(feedback=(feedback("u", "muted", T0, event_id="e"),))
    assert desk.muted("u")


@pytest.mark.parametrize("order", ["as it was", "turned round", "one by one", "one by one, turned"])
def test_the_later_word_on_pushes_wins(order: str) -> None:
    """Muted and unmuted again: the later `ts` decides, whatever comes first."""
    desk = Desk()
    desk.apply(interactions=(interaction("u", ts=T0),))
    words = [feedback("u", "muted", T0 + 2), feedback("u", "unmuted", T0 + 1)]
    if "turned" in order:
        words.reverse()
    if "one by one" in order:
        for word in words:
            desk.apply(feedback=(word,))
    else:
        desk.apply(feedback=tuple(words))
    assert desk.muted("u")


def test_arrival_breaks_ties_on_pushes() -> None:
    """At one `ts` the word that came last holds."""
    desk = Desk()
    desk.apply(interactions=(interaction("u", ts=T0),))
    desk.apply(feedback=(feedback("u", "muted", T0), feedback("u", "unmuted", T0)))
    assert not desk.muted("u")
    desk.apply(feedback=(feedback("u", "muted", T0, event_id="again"),))
    assert desk.muted("u")


ERASURES = [
    pytest.param(lambda ts: profile("u", ts, erase=True), id="erase: true"),
    pytest.param(lambda _: (b"u", None), id="null value"),
]


@pytest.mark.parametrize("erasure", ERASURES)
def test_an_erased_user_is_gone(erasure: object) -> None:
    """Row, follows and all; what is older and comes up to 24 h later is dropped."""
    assert callable(erasure)
    desk = Desk()
    desk.apply(interactions=(interaction("u", ts=T0 - 5), interaction("v", ts=T0 - 5)))
    desk.apply(profiles=(erasure(T0),), now=T0)
    assert (desk.count("u"), desk.count("v")) == (None, 1)
    desk.apply(
        interactions=(interaction("u", ts=T0 - 1),),
        profiles=(profile("u", T0 - 1, nickname="old"),),
        now=T0 + DAY_MS - 1,
    )
    assert desk.count("u") is None


@pytest.mark.parametrize("erasure", ERASURES)
def test_who_comes_back_is_a_new_user(erasure: object) -> None:
    """Newer events make the user anew, with nothing of before."""
    assert callable(erasure)
    desk = Desk()
    desk.apply(interactions=(interaction("u", ts=T0 - 5),))
    desk.apply(feedback=(feedback("u", "muted", T0 - 4),))
    desk.apply(profiles=(erasure(T0),), now=T0)
    desk.apply(interactions=(interaction("u", "like", ts=T0 + 1),), now=T0 + 1)
    assert (desk.count("u"), desk.count("u", "like"), desk.muted("u")) == (0, 1, False)


def test_an_event_at_the_very_time_of_the_erasure_is_newer() -> None:
    """Profiles come first at equal `ts`, so it is of the new user."""
    desk = Desk()
    desk.apply(
        interactions=(interaction("u", ts=T0), interaction("u", ts=T0 - 1)),
        profiles=(profile("u", T0, erase=True),),
    )
    assert desk.count("u") == 1


def test_an_erasure_amid_other_profiles_of_a_batch() -> None:
    """What came before it is forgotten, what is newer makes the user anew, others keep theirs."""
    desk = Desk()
    desk.apply(
        profiles=(
            profile("u", T0 - 3, nickname="old", locale="en"),
            profile("v", T0 - 3, nickname="Vera"),
            profile("u", T0, erase=True),
            profile("u", T0 - 1, nickname="too old"),
            profile("u", T0 + 1, nickname="new"),
            profile("v", T0 - 2, locale="en"),
        )
    )
    users = desk.memory.state.users
    slots = users.slots_of(["u", "v"], create=False)
    assert users.nicknames(slots).strings() == ["new", "Vera"]
    assert users.locale_names(slots) == ["zh-CN", "en"]


def test_an_erasure_holds_after_a_restore() -> None:
    """The salted hash is part of what is written to `state`."""
    desk, other = Desk(), Desk()
    desk.apply(interactions=(interaction("u", ts=T0 - 5),))
    desk.apply(profiles=(profile("u", T0, erase=True),))
    changed = desk.memory.take_changed(T0)
    other.memory.restore(_as_written(changed))
    other.apply(interactions=(interaction("u", ts=T0 - 1),), now=T0 + HOUR_MS)
    assert other.count("u") is None
    rows = one_by_one(changed)
    assert not any(row.key == b"u" and row.value is not None for row in rows)


def test_an_erasure_is_forgotten_after_a_day() -> None:
    """The hash is kept no longer than that; then even an old event makes a new user."""
    desk = Desk()
    desk.apply(profiles=(profile("u", T0, erase=True),), now=T0)
    desk.memory.state.expire(T0 + DAY_MS + 1, desk.memory.state.users.rows["user_h"][:0])
    desk.apply(interactions=(interaction("u", ts=T0 - 1),), now=T0 + DAY_MS + 1)
    assert desk.count("u") == 1


def test_on_the_wall_clock_profiles_are_applied_first() -> None:
    """Batches that arrived together: profiles, then interactions, then feedback."""
    desk = Desk(clock="system")
    desk.apply(
        profiles=(profile("u", T0 + 9, erase=True),),
        interactions=(interaction("u", ts=T0 + 10),),
        feedback=(feedback("u", "muted", T0 + 11),),
    )
    assert (desk.count("u"), desk.muted("u")) == (1, True)
