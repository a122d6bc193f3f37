"""The tables of real people on a part of the data: ours is ahead of the plain baselines.

The bounds are what was measured on these parts, less a margin; those of the whole data are held by
the suite itself.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from benchmarks.quality.figure import Figure
from benchmarks.quality.people.cdnow import Purchases
from benchmarks.quality.people.ratings import tell_ratings
from benchmarks.quality.people.remind_now import judge_all
from benchmarks.quality.people.top10 import tell_top10
from benchmarks.quality.people.who_returns import tell_who_returns
from streams.replay.movielens import Film, MovieLens, Person

_DAY_S = 86_400
_PEOPLE, _FILMS, _EACH = 40, 60, 25


def values(figures: Iterable[Figure]) -> dict[str, Figure]:
    """The figures by name."""
    return {figure["figure"]: figure for figure in figures}


def test_ratings_are_predicted_better_than_by_rivers_models(movielens: MovieLens) -> None:
    """On the first 8,000 ratings the stack is ahead of `BiasedMF` in both errors."""
    told = values(tell_ratings(movielens, seed=73, ratings=8_000))
    for what, margin in (("mae", 0.015), ("rmse", 0.015)):
        figure = told[f"ratings_{what}"]
        assert figure["n"] == 8_000
        assert figure["value"] < figure["baselines"]["river_biased_mf"] - margin


def test_the_next_film_is_found_more_often_than_by_plain_neighbours(movielens: MovieLens) -> None:
    """On the first 6,000 ratings, both ways."""
    told = values(tell_top10(movielens, ratings=6_000))
    for way in ("top10", "top10_same_second"):
        for what in ("hit_rate", "ndcg"):
            figure = told[f"{way}_{what}"]
            assert figure["value"] > 1.1 * figure["baselines"]["item_knn"]
            assert figure["value"] > 1.3 * figure["baselines"]["popularity"]


def test_who_returns_is_known_better_than_by_recency(cdnow: Purchases) -> None:
    """In the weeks 13 to 19 of the shop."""
    told = values(tell_who_returns(cdnow, seed=7, last_week=20))
    assert told["who_returns_auc"]["weeks"] == 7
    assert told["who_returns_auc"]["value"] > told["who_returns_auc"]["baselines"]["most recent"]
    assert told["who_returns_over_most_recent"]["value"] > 1.3


def scene(seed: int) -> MovieLens:
    """Random ratings over five weeks, each person's in one go, and so many a minute."""
    rng = np.random.default_rng(seed)
    rows = []
    for person in range(1, _PEOPLE + 1):
        begin_s = 1_000_000 + int(rng.integers(0, 34 * _DAY_S))
        for place, film in enumerate(rng.permutation(_FILMS)[:_EACH].tolist()):
            rows.append((begin_s + 60 * place, person, film + 1, int(rng.integers(1, 6))))
    at_s, person, film, stars = np.array(sorted(rows), np.int64).T
    films = {n: Film(n, f"Film {n}", f"{1960 + n % 40}", ("War",)) for n in range(1, _FILMS + 1)}
    people = {n: Person(n, 20 + n, "FM"[n % 2]) for n in range(1, _PEOPLE + 1)}
    return MovieLens(at_s, person, film, stars, films, people)


def test_nothing_of_the_future_is_known_to_who_judges() -> None:
    """Whatever is rated later, who was judged before gets the same scores."""
    data = scene(3)
    now = int(data.at_s[len(data) * 2 // 3])
    later = data.at_s > now
    other = MovieLens(
        data.at_s,
        data.person,
        np.where(later, _FILMS + 1 - data.film, data.film),
        np.where(later, 6 - data.stars, data.stars),
        data.films,
        data.people,
    )
    was, is_ = ([c for c in judge_all(each) if c.at_s <= now] for each in (data, other))
    assert len(was) == len(is_) > 10
    for before, after in zip(was, is_, strict=True):
        assert np.array_equal(before.films, after.films)
        assert np.array_equal(before.score, after.score)


def test_each_week_reminds_of_what_was_popular_before_it() -> None:
    """A person is judged once, at the 15th rating, for films that they have not rated."""
    data = scene(3)
    cases = judge_all(data)
    assert len({case.person for case in cases}) == len(cases) > 20
    for case in cases:
        so_far = data.film[(data.person == case.person) & (data.at_s <= case.at_s)]
        assert len(so_far) == 15
        assert not np.isin(case.films, so_far).any()
        assert case.came.sum() <= _EACH - 15
