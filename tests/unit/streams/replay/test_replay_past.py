from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from streams.replay.movielens import MovieLens
from streams.replay.past import NEIGHBOURS, Past
from streams.replay.schedule import WEEK_S

Rating = tuple[int, int, int, int]
Make = Callable[[Iterable[Rating]], MovieLens]


def test_only_what_was_before_is_known(make: Make, ratings: Sequence[Rating]) -> None:
    """After any number of advances it is as if the later ratings did not exist."""
    now_s = 880_000_000 + 2 * 86_400
    stepwise, alone = Past(make(ratings)), Past(make([r for r in ratings if r[0] <= now_s]))
    for at_s in range(880_000_000, now_s + 1, 7_200):
        stepwise.advance(at_s)
    alone.advance(now_s)
    rows = np.isin(stepwise.people, alone.people)
    assert not stepwise.rated[~rows].any()
    for film in range(1, 31):
        np.testing.assert_array_equal(stepwise.similarity(film)[rows], alone.similarity(film))
    np.testing.assert_array_equal(stepwise.activity(now_s)[rows], alone.activity(now_s))
    np.testing.assert_array_equal(stepwise.first_s[rows], alone.first_s)


def test_similarity_is_that_of_a_plain_loop(make: Make, ratings: Sequence[Rating]) -> None:
    """Cosines between sets of raters, summed over the nearest films that a person has rated."""
    past = Past(make(ratings))
    past.advance(880_000_000 + 3 * 86_400)
    for film in (3, 17):
        raters = {n: set(np.flatnonzero(past.rated[:, n]).tolist()) for n in range(31)}
        cosine = {
            n: len(raters[n] & raters[film]) / max(len(raters[n]) * len(raters[film]), 1) ** 0.5
            for n in range(31)
            if n != film
        }
        nearest = sorted(cosine, key=lambda n: (-cosine[n], n))[:NEIGHBOURS]
        expected = [
            sum(cosine[n] for n in nearest if past.rated[row, n]) for row in range(len(past.people))
        ]
        np.testing.assert_allclose(past.similarity(film), expected)


def test_activity_is_of_the_last_week(make: Make) -> None:
    """Older ratings do not count, later ones are not known."""
    past = Past(make([(0, 1, 1, 3), (100, 1, 2, 3), (100, 2, 2, 3), (WEEK_S + 60, 2, 3, 3)]))
    past.advance(WEEK_S + 50)
    assert past.activity(WEEK_S + 50).tolist() == [1.0, 1.0]
