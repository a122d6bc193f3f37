from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

import pytest

from features.contracts import Interaction, Profile, StreamRecord
from streams.clients.outgoing import InputRecord, outgoing
from streams.replay.movielens import MovieLens
from streams.replay.schedule import Start
from streams.replay.timeline import PLAN_LEAD_S, SEND_LEAD_S, Step, steps_of

Rating = tuple[int, int, int, int]
Make = Callable[[Iterable[Rating]], MovieLens]


def _records(steps: Iterable[Step[Start]]) -> list[InputRecord]:
    return [record for step in steps for record in step.records]


def test_a_record_is_of_the_time_since_the_tick_before(
    make: Make, ratings: Sequence[Rating]
) -> None:
    """Ticks grow, and what is written before one happened in (previous tick, this tick]."""
    steps = list(steps_of(make(ratings)))
    assert all(before.tick_s < after.tick_s for before, after in pairwise(steps))
    for before, after in pairwise(steps):
        assert all(before.tick_s < record.ts / 1_000 <= after.tick_s for record in after.records)


def test_every_rating_is_written_once(make: Make, ratings: Sequence[Rating]) -> None:
    """As a watch, and as a like with four or five stars; both name stream, host and genre."""
    events = [one for one in _records(steps_of(make(ratings))) if isinstance(one, Interaction)]
    kinds = [one.type for one in events]
    assert kinds.count("watch") == len(ratings)
    assert kinds.count("like") == sum(stars >= 4 for *_, stars in ratings)
    at_s, person, film, _ = min(ratings)
    assert events[0] == Interaction(
        event_id=f"watch-{film}",
        type="watch",
        user_id=f"person-{person}",
        ts=at_s * 1_000,
        stream_id=f"film-{film}-live",
        host_id=f"film-{film}",
        category=("Action", "Comedy", "Drama", None)[film % 4],
    )


def test_a_person_is_introduced_with_the_first_rating(
    make: Make, ratings: Sequence[Rating]
) -> None:
    """Nobody is known before, and each profile is written once, with gender and age band."""
    seen: set[str] = set()
    for record in _records(steps_of(make(ratings))):
        if isinstance(record, Profile):
            assert record.user_id not in seen
            seen.add(record.user_id)
            assert {record.gender, record.age_band} <= {
                *("female", "male"),
                *("under-18", "18-24", "25-34", "35-44", "45-54"),
            }
        elif isinstance(record, Interaction):
            assert record.user_id in seen


def test_each_window_has_a_tick_at_both_ends(make: Make, ratings: Sequence[Rating]) -> None:
    """A stream is announced before its window opens; it is planned there, and sent at its end."""
    steps = list(steps_of(make(ratings)))
    ticks = {step.tick_s for step in steps}
    announced = [one for one in _records(steps) if isinstance(one, StreamRecord)]
    assert announced
    for record in announced:
        start_s = (record.start_ts or 0) // 1_000
        assert record.ts == (start_s - 3_600) * 1_000
        assert {start_s - PLAN_LEAD_S, start_s - SEND_LEAD_S} <= ticks


def test_labels_close_before_a_film_comes_back(make: Make, ratings: Sequence[Rating]) -> None:
    """Between the end of a stream and the next announcement of its film there is a tick."""
    steps = list(steps_of(make(ratings)))
    ticks = [step.tick_s for step in steps]
    last: dict[int, Start] = {}
    again = 0
    for start in (start for step in steps for start in step.starts):
        before = last.get(start.film)
        if before is not None:
            again += 1
            assert any(before.close_s <= tick < start.announced_s for tick in ticks)
        last[start.film] = start
    assert again > 5
    assert ticks[-1] >= max(start.close_s for start in last.values())


def test_records_are_as_workers_want_them(make: Make, ratings: Sequence[Rating]) -> None:
    """Each passes the check of the producers' API."""
    records = _records(steps_of(make(ratings)))[:300]
    assert len(records) == 300
    for record in records:
        outgoing(record)


@pytest.mark.parametrize("days", [0.5, 1.3, 2.0, 3.1])
def test_nothing_later_is_known_earlier(make: Make, ratings: Sequence[Rating], days: float) -> None:
    """With another future all steps up to now are the same: streams, profiles, events, ticks."""
    now_s = 880_000_000 + int(days * 86_400)
    shifted = [
        (at_s, person, film, stars) if at_s <= now_s else (at_s + 7_777, person, film, 6 - stars)
        for at_s, person, film, stars in ratings
    ]
    shifted += [(now_s + 1 + n, 1 + n % 40, 1 + n % 3, 5) for n in range(200)]
    was = [step for step in steps_of(make(ratings)) if step.tick_s <= now_s]
    now = [step for step in steps_of(make(shifted)) if step.tick_s <= now_s]
    assert len(was) > 2
    assert was == now
