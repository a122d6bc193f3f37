"""From raw records to a changed memory: whose, and whether new."""

from __future__ import annotations

import pytest
from enginerig.desk import T0, Desk, as_written

from features.hashing import murmur2_partition
from streams.engine.outgoing import Record
from streams.testing import feedback, interaction, profile

WINDOW_MS = 600_000


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
    other.memory.restore(as_written(changed))
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


def test_on_the_wall_clock_profiles_are_applied_first() -> None:
    """Batches that arrived together: profiles, then interactions, then feedback."""
    desk = Desk(clock="system")
    desk.apply(
        profiles=(profile("u", T0 + 9, erase=True),),
        interactions=(interaction("u", ts=T0 + 10),),
        feedback=(feedback("u", "muted", T0 + 11),),
    )
    assert (desk.count("u"), desk.muted("u")) == (1, True)
