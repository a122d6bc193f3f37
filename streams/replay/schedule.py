"""Which film starts a stream when: the most rated of the week before, an hour ahead."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from streams.replay.movielens import MovieLens

__all__ = ["DAY_S", "HOUR_S", "ON_AIR_S", "TOP_FILMS", "WEEK_S", "Chart", "Start", "starts_of"]

HOUR_S = 3_600
DAY_S = 24 * HOUR_S
WEEK_S = 7 * DAY_S
TOP_FILMS = 20
ON_AIR_S = DAY_S
"""How long a stream is on, and so how long whoever rates the film attends."""


class Start(NamedTuple):
    """A film's stream, announced at one full hour for the next; epoch seconds."""

    announced_s: int
    film: int

    @property
    def start_s(self) -> int:
        """When the stream starts."""
        return self.announced_s + HOUR_S

    @property
    def close_s(self) -> int:
        """When the stream is over."""
        return self.start_s + ON_AIR_S


class Chart:
    """How often each film was rated in the last `span_s` seconds.

    >>> chart = Chart(span_s=10)
    >>> chart.add(0, 5); chart.add(1, 7); chart.add(2, 7)
    >>> chart.top(3, most=1), chart.top(12, most=3)
    ([7], [7])
    """

    def __init__(self, span_s: int) -> None:
        self._span_s = span_s
        self._recent: deque[tuple[int, int]] = deque()
        self._counts: Counter[int] = Counter()

    def add(self, at_s: int, film: int) -> None:
        """Count a rating; ratings come in the order of time."""
        self._recent.append((at_s, film))
        self._counts[film] += 1

    def top(self, now_s: int, most: int) -> list[int]:
        """Return the most rated films of [`now_s` − span, `now_s`), ties by number."""
        counts = self.counts(now_s)
        return sorted(counts, key=lambda film: (-counts[film], film))[:most]

    def counts(self, now_s: int) -> Counter[int]:
        """Return how often each film was rated in [`now_s` − span, `now_s`)."""
        while self._recent and self._recent[0][0] < now_s - self._span_s:
            film = self._recent.popleft()[1]
            self._counts[film] -= 1
            if not self._counts[film]:
                del self._counts[film]
        return self._counts


def starts_of(data: MovieLens) -> Iterator[Start]:
    """Yield the streams that are announced, by (hour, rank), each from ratings before that hour.

    Every full hour the `TOP_FILMS` films most rated in the week before are looked at, unless
    nobody rated anything in the hour before: such hours are skipped. A film has one stream at a
    time: from its announcement until an hour after its end it is not announced again, and no
    other film takes its place.
    """
    chart = Chart(WEEK_S)
    free_s: dict[int, int] = {}
    ratings = zip(data.at_s.tolist(), data.film.tolist(), strict=True)
    for hour_s, rated in groupby(ratings, key=lambda rating: rating[0] // HOUR_S * HOUR_S + HOUR_S):
        for at_s, film in rated:
            chart.add(at_s, film)
        for chosen in chart.top(hour_s, TOP_FILMS):
            if free_s.get(chosen, 0) <= hour_s:
                start = Start(hour_s, chosen)
                free_s[chosen] = start.close_s + HOUR_S
                yield start
