"""The names of a world's people, hosts and rooms on the wire, and their hashes."""

from __future__ import annotations

import numpy as np

from features.contracts import Copy, Product, StreamRecord
from features.decode import FeedbackColumns, InteractionColumns
from features.hashing import hash64_many
from streams.simulation.wire.profiles import profile_fields
from streams.simulation.world.events import Events, Feedbacks, Ints
from streams.simulation.world.hosts import CATEGORIES
from streams.simulation.world.mood import COPIES
from streams.simulation.world.population import LOCALES
from streams.simulation.world.world import StreamNews, World

__all__ = ["Names"]

_COPY_TEXTS = {
    "zh-CN": ("{{host_name}}快开播了", "别错过{{stream_title}}", "今晚见", "你关注的直播要开始了"),
    "en": ("{{host_name}} is on soon", "Do not miss {{stream_title}}", "See you", "Starting soon"),
}
_SELLS = ("beauty", "fashion", "food", "home", "garden", "tech")


class Names:
    """Turns numbers of the world into what the wire would have carried, decoded.

    Attributes
    ----------
    users : ids by number.
    """

    def __init__(self, world: World) -> None:
        self.users = [f"user-{number}" for number in range(len(world.people))]
        self._world = world
        self._user_h = hash64_many(self.users)
        hosts = len(world.hosts)
        rooms = world.scale.before + world.scale.days + 2
        ids = [f"stream-{number}" for number in range(len(world.programme))]
        ids += [f"room-{number}" for number in range(rooms * hosts)]
        # The last of each is for what has none: 0.
        self._room_h = np.append(hash64_many(ids), np.uint64(0))
        self._host_h = np.append(
            hash64_many([f"host-{number}" for number in range(hosts)]), np.uint64(0)
        )
        categories = hash64_many(CATEGORIES)
        self._category_h = np.append(categories[world.hosts.category], np.uint64(0))
        self._events = 0

    def profiles(self) -> list[dict[str, object]]:
        """Return the fields of everybody's profile."""
        people = self._world.people
        return [profile_fields(people, number) for number in range(len(people))]

    def interactions(self, events: Events) -> InteractionColumns:
        """Return interactions as if decoded."""
        n = len(events)
        first, self._events = self._events, self._events + n
        zero: Ints = np.zeros(n, np.int64)
        return InteractionColumns(
            text=np.empty(0, np.uint8),
            position=np.arange(n),
            type=events.kind.astype(np.uint8),
            ts=events.ts,
            dwell_ms=events.dwell_ms.astype(np.float64),
            amount=events.amount.astype(np.float64),
            user_h=self._user_h[events.user],
            event_h=np.arange(first + 1, first + n + 1, dtype=np.uint64),
            stream_h=self._room_h[events.room],
            host_h=self._host_h[events.host],
            category_h=self._category_h[events.host],
            user_at=zero,
            user_size=zero,
        )

    def feedback(self, told: Feedbacks, reminder_ids: list[str]) -> FeedbackColumns:
        """Return feedback as if decoded; `reminder_ids` by number."""
        first, self._events = self._events, self._events + len(told)
        return FeedbackColumns(
            position=np.arange(len(told)),
            user_id=[self.users[user] for user in told.user.tolist()],
            event_id=[str(number) for number in range(first, first + len(told))],
            type=told.kind.astype(np.uint8),
            ts=told.ts,
            reminder_id=[reminder_ids[send] if send >= 0 else None for send in told.send.tolist()],
        )

    def record(self, news: StreamNews) -> StreamRecord:
        """Return what the live platform says of a stream."""
        programme, stream = self._world.programme, news.stream
        stream_id = f"stream-{stream}"
        if news.what in {"live", "ended", "cancelled"}:
            return StreamRecord(stream_id=stream_id, ts=news.ts, status=news.what)
        host = int(programme.host[stream])
        category = CATEGORIES[int(self._world.hosts.category[host])]
        moved = news.what == "moved"
        start = int((programme.start if moved else programme.first_start)[stream])
        length = int(programme.end[stream] - programme.start[stream])
        return StreamRecord(
            stream_id=stream_id,
            ts=news.ts,
            status="scheduled",
            host_id=f"host-{host}",
            host_name=f"Host {host}",
            title=f"{category} with Host {host}",
            category=category,
            start_ts=start,
            end_ts=start + length,
            products=[Product(product_id=f"p-{stream}", name=category)]
            if category in _SELLS
            else None,
            copies=[
                Copy(copy_id=f"{locale}-{number}", locale=locale, title=text, body=text)
                for locale in LOCALES
                for number, text in enumerate(_COPY_TEXTS[locale][:COPIES])
            ],
        )
