from __future__ import annotations

from collections.abc import Callable, Iterable

from streams.replay.movielens import MovieLens
from streams.replay.schedule import HOUR_S, TOP_FILMS, WEEK_S, Start, starts_of

Rating = tuple[int, int, int, int]
Make = Callable[[Iterable[Rating]], MovieLens]


def test_the_most_rated_start_at_the_next_full_hour(make: Make) -> None:
    """Announced at the full hour after the rating, an hour ahead, the most rated first."""
    data = make([(100, 1, 8, 5), (200, 1, 9, 5), (300, 2, 9, 1)])
    assert list(starts_of(data)) == [Start(HOUR_S, 9), Start(HOUR_S, 8)]
    assert Start(HOUR_S, 9).start_s == 2 * HOUR_S


def test_a_rating_on_the_hour_belongs_to_the_next(make: Make) -> None:
    """What is announced at an hour rests on ratings before it."""
    data = make([(100, 1, 8, 5), (HOUR_S, 1, 9, 5)])
    assert list(starts_of(data)) == [Start(HOUR_S, 8), Start(2 * HOUR_S, 9)]


def test_no_more_than_twenty(make: Make) -> None:
    """Of many films with one rating each the first by number start."""
    data = make([(100 + film, 1, film, 3) for film in range(1, 31)])
    assert [start.film for start in starts_of(data)] == list(range(1, TOP_FILMS + 1))


def test_a_film_has_one_stream_at_a_time(make: Make) -> None:
    """From its announcement until an hour after its end it is not announced again."""
    rated = [(hour * HOUR_S + 10, hour + 1, 8, 3) for hour in range(40)]
    hours = [start.announced_s // HOUR_S for start in starts_of(make(rated))]
    assert hours == [1, 1 + 1 + 24 + 1]


def test_old_ratings_do_not_count(make: Make) -> None:
    """A week later a film is off the chart."""
    data = make([(100, 1, 8, 3), (WEEK_S + HOUR_S + 100, 2, 9, 3)])
    assert [start.film for start in starts_of(data)] == [8, 9]


def test_hours_without_a_rating_are_skipped(make: Make) -> None:
    """Nothing starts while nobody does anything."""
    data = make([(100, 1, 8, 3), (90 * HOUR_S + 100, 2, 9, 3)])
    assert {start.announced_s // HOUR_S for start in starts_of(data)} == {1, 91}
