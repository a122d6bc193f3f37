"""Which streams are announced, moved, cancelled, begun and ended, day by day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from features.contracts import Copy, Cover, Product, StreamRecord, StreamStatus
from streams.simulation.catalogue import CATEGORIES
from streams.simulation.hosts import Host

__all__ = ["Programme", "Show"]

_MINUTE_MS = 60_000
_HOUR_MS = 60 * _MINUTE_MS
_DAY_MS = 24 * _HOUR_MS
_COPIES = {
    "zh-CN": ("{{ host_name }}{{ starts_in }}开播", "「{{ stream_title }}」，有{{ product_name }}"),
    "en": ("{{ host_name }} is live {{ starts_in }}", "{{ stream_title }}, {{ product_name }}"),
}


@dataclass(slots=True)
class Show:
    """One stream, as it will really happen; `start_ts` and `end_ts` in epoch ms."""

    stream_id: str
    host: int
    start_ts: int
    end_ts: int
    cancelled: bool
    announced_ts: int


class Programme:
    """The streams of some hosts; a host's day depends on nothing but the seed and the day.

    Attributes
    ----------
    shows : by stream id, all that were ever planned.
    """

    def __init__(self, seed: int, hosts: Sequence[Host]) -> None:
        self.shows: dict[str, Show] = {}
        self._seed = seed
        self._hosts = hosts
        self._due: list[tuple[int, StreamRecord]] = []
        self._planned_day: int | None = None

    def records(self, after_ts: int, until_ts: int) -> list[StreamRecord]:
        """Return what happens in (after_ts, until_ts]; each call goes on where the last ended."""
        last_day = until_ts // _DAY_MS + 3
        first_day = after_ts // _DAY_MS if self._planned_day is None else self._planned_day + 1
        for day in range(first_day, last_day + 1):
            for number in range(len(self._hosts)):
                self._plan(number, day)
        self._planned_day = last_day
        self._due.sort(key=lambda pair: (pair[0], pair[1].stream_id))
        now = [record for ts, record in self._due if ts <= until_ts]
        self._due = self._due[len(now) :]
        return now

    def live(self, ts: int) -> list[Show]:
        """Return the streams that are on at `ts`."""
        return [s for s in self.shows.values() if not s.cancelled and s.start_ts <= ts < s.end_ts]

    def upcoming(self, ts: int) -> list[Show]:
        """Return the announced streams that have not begun at `ts`."""
        shows = self.shows.values()
        return [s for s in shows if s.announced_ts <= ts < s.start_ts and not s.cancelled]

    def forget(self, before_ts: int) -> None:
        """Drop the streams that ended before `before_ts`."""
        self.shows = {name: show for name, show in self.shows.items() if show.end_ts >= before_ts}

    def _plan(self, number: int, day: int) -> None:
        """Draw what one host does on one day, with all records that come of it."""
        rng = np.random.default_rng([self._seed, number, day])
        host = self._hosts[number]
        happens, fate, lead_h, length_h = rng.random(4)
        if happens > host.eagerness:
            return
        stream_id = f"s-{number:03d}-{day}"
        start = day * _DAY_MS + host.minute * _MINUTE_MS
        length = int(1 + 4 * length_h) * 30 * _MINUTE_MS
        announced = start - int((29 + 15 * lead_h) * 60) * _MINUTE_MS
        moved = _HOUR_MS // 2 if fate > 0.95 else 0
        cancelled = fate < 0.03
        changed = start - 5 * _HOUR_MS
        begins = start + moved
        show = Show(stream_id, number, begins, begins + length, cancelled, announced)
        self.shows[stream_id] = show
        self._due.append((announced, self._scheduled(show, start, announced, rng)))
        if cancelled:
            self._due.append((changed, _changed(show, changed, "cancelled")))
            return
        if moved:
            self._due.append((changed, self._scheduled(show, begins, changed, rng)))
        self._due.append((begins, _changed(show, begins, "live")))
        self._due.append((show.end_ts, _changed(show, show.end_ts, "ended")))

    def _scheduled(
        self, show: Show, start_ts: int, ts: int, rng: np.random.Generator
    ) -> StreamRecord:
        host = self._hosts[show.host]
        category = CATEGORIES[host.category]
        words = category.zh if host.locale == "zh-CN" else category.en
        title, body = _COPIES[host.locale]
        name = f"{category.name}-{host.locale}"
        return StreamRecord(
            stream_id=show.stream_id,
            ts=ts,
            status="scheduled",
            host_id=host.host_id,
            host_name=host.name,
            title=str(rng.choice(words.titles)),
            category=category.name,
            start_ts=start_ts,
            end_ts=start_ts + show.end_ts - show.start_ts,
            products=[
                Product(product_id=f"{name}-{i}", name=product, price=category.price)
                for i, product in enumerate(words.products)
            ],
            covers=[
                Cover(cover_id=f"{name}-{kind}", url=f"https://img.example/{name}.jpg", kind=kind)
                for kind in ("image", "video")
            ],
            copies=[Copy(copy_id=f"{name}-plain", locale=host.locale, title=title, body=body)],
            max_invites=200 if rng.random() < 0.1 else None,
            deeplink=f"live://stream/{show.stream_id}",
        )


def _changed(show: Show, ts: int, status: StreamStatus) -> StreamRecord:
    return StreamRecord(stream_id=show.stream_id, ts=ts, status=status)
