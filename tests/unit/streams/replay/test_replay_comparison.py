from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import pytest
from planscene.reminders import invitation

from config.decision import Guardrails
from features.contracts import Interval, Reminder
from streams.replay.comparison import RIVALS, Group, compare
from streams.replay.eligibility import Eligibility
from streams.replay.movielens import MovieLens
from streams.replay.past import Past
from streams.replay.records import person_id, stream_id
from streams.replay.schedule import HOUR_S, Start, starts_of

Rating = tuple[int, int, int, int]
Make = Callable[[Iterable[Rating]], MovieLens]
CAPS = Guardrails()


def _reminder(person: int, start: Start, lead_s: int = 600) -> Reminder:
    send_ts, start_ts = (start.start_s - lead_s) * 1_000, start.start_s * 1_000
    return invitation(
        f"{person}-{start.film}-{start_ts}",
        user_id=person_id(person),
        stream_id=stream_id(start.film),
        host_id=f"film-{start.film}",
        send_ts=send_ts,
        start_ts=start_ts,
    )


def test_attendance_is_a_rating_in_the_day_from_the_start(make: Make) -> None:
    """The second of the start counts, that a day later not, nor what came before the start."""
    start = Start(HOUR_S, 8)
    came = {2: start.start_s, 3: start.close_s - 1, 4: start.close_s, 5: start.start_s - 1}
    rated = [(100 + person, person, 9, 3) for person in range(2, 7)]
    rated += [(at_s, person, 8, 3) for person, at_s in came.items()]
    found = compare(make(rated), [start], [_reminder(p, start) for p in range(2, 7)], CAPS, 0)
    assert (found.reminded.chosen, found.reminded.attended) == (5, 2)
    assert found.eligible == found.reminded
    assert found.outside == Group()


def test_rivals_choose_as_many_from_the_same_people(make: Make) -> None:
    """The most active by the week's ratings, the most similar by what they rated."""
    start = Start(HOUR_S, 8)
    rated = [(10, 1, 8, 3), (11, 1, 9, 3)]
    rated += [(20, 2, 9, 3)]
    rated += [(30 + film, 3, film, 3) for film in range(11, 16)]
    rated += [(60, 4, 20, 3)]
    rated += [(start.start_s + 60, person, 8, 3) for person in (2, 3)]
    found = compare(make(rated), [start], [_reminder(4, start)], CAPS, 0)
    assert found.reminded == Group(1, 0)
    assert found.rivals["most active"] == Group(1, 1)
    assert found.rivals["similar raters"] == Group(1, 1)
    assert found.eligible == Group(3, 2)


def test_random_people_follow_the_seed(make: Make, ratings: Sequence[Rating]) -> None:
    """The same seed draws the same people, another one others, at the rate of the eligible."""
    data = make(ratings)
    starts = list(starts_of(data))
    reminders = [_reminder(1 + n % 40, start) for n, start in enumerate(starts)]
    runs = [compare(data, starts, reminders, CAPS, seed) for seed in (0, 0, *range(1, 30))]
    assert runs[0] == runs[1]
    drawn = [run.rivals["random"] for run in runs[1:]]
    assert len({group.attended for group in drawn}) > 1
    assert sum(g.attended for g in drawn) / sum(g.chosen for g in drawn) == pytest.approx(
        runs[0].eligible.rate, rel=0.35
    )


def test_the_future_changes_no_choice(make: Make, ratings: Sequence[Rating]) -> None:
    """Streams whose day is over count the same, whatever happens later."""
    now_s = 880_000_000 + 3 * 86_400
    shifted = [(t, p, f, s) if t <= now_s else (t + 999, p, f, s) for t, p, f, s in ratings]
    starts = [one for one in starts_of(make(ratings)) if one.close_s <= now_s]
    reminders = [_reminder(1 + n % 40, start) for n, start in enumerate(starts)]
    was = compare(make(ratings), starts, reminders, CAPS, 0)
    assert was.eligible.chosen > 100
    assert compare(make(shifted), starts, reminders, CAPS, 0) == was


def test_who_must_not_be_invited_is_not_eligible(make: Make) -> None:
    """Raters of the film, strangers, and whoever the caps protect are left out."""
    start = Start(100 * HOUR_S, 8)
    rated = [(10, 1, 8, 3), (10, 2, 9, 3), (10, 3, 9, 3), (10, 4, 9, 3), (10, 5, 9, 3)]
    rated += [(start.start_s - 1_200, 6, 9, 3)]
    earlier = [Start(start.announced_s - hours * HOUR_S, 9) for hours in (1, 2, 8, 14, 20)]
    sent = [_reminder(3, earlier[0])]
    sent += [_reminder(4, one) for one in earlier[2:]]
    sent += [_reminder(5, earlier[1])]
    past = Past(make(rated))
    past.advance(start.start_s - 1_800)
    eligible = Eligibility(past, sent, CAPS).of(start)
    assert dict(zip(past.people.tolist(), eligible.tolist(), strict=True)) == {
        1: False,
        2: True,
        3: False,
        4: False,
        5: True,
        6: False,
    }


def test_who_rates_within_the_window_is_nobodys_choice(make: Make) -> None:
    """Reminded at its opening they count as reminded; the rivals no longer choose them."""
    start = Start(HOUR_S, 8)
    rated = [(10, 1, 9, 3), (10, 2, 9, 3), (start.start_s - 1_000, 1, 8, 3)]
    found = compare(make(rated), [start], [_reminder(1, start, 1_800)], CAPS, 0)
    assert (found.outside, found.reminded, found.eligible) == (Group(), Group(1), Group(1))


def test_somebody_reminded_against_the_rules_is_counted(make: Make) -> None:
    """The comparison is also a check from outside: raters of the film must not be reminded."""
    start = Start(HOUR_S, 8)
    data = make([(10, 1, 8, 3), (10, 2, 9, 3)])
    found = compare(data, [start], [_reminder(1, start), _reminder(2, start)], CAPS, 0)
    assert found.outside == Group(1, 0)


def test_without_reminders_there_is_nothing_to_compare(make: Make) -> None:
    """All groups stay empty, and an empty group's rate can be anything."""
    found = compare(make([(10, 1, 8, 3)]), [Start(HOUR_S, 8)], [], CAPS, 0)
    assert found.reminded == Group()
    assert set(found.rivals) == set(RIVALS)
    assert found.reminded.interval == Interval(value=0.0, low=0.0, high=1.0)
