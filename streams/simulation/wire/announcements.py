"""What the live platform says of the world's streams."""

from __future__ import annotations

from features.contracts import Copy, Cover, Product, StreamRecord
from streams.simulation.wire.ids import Ids
from streams.simulation.wire.words import COPY_TEXTS, SUBJECTS, Subject, host_name
from streams.simulation.world.hosts import CATEGORIES
from streams.simulation.world.world import StreamNews, World

__all__ = ["Announcements"]


class Announcements:
    """Turns news of streams into records of `streams`."""

    def __init__(self, world: World, ids: Ids) -> None:
        self._world, self._ids = world, ids
        self._copies = [
            Copy(copy_id=f"{locale}-{number}", locale=locale, title=title, body=body)
            for locale, texts in COPY_TEXTS.items()
            for number, (title, body) in enumerate(texts)
        ]

    def record(self, news: StreamNews) -> StreamRecord:
        """Return what is said."""
        stream_id = self._ids.stream(news.stream)
        if news.what in {"live", "ended", "cancelled"}:
            return StreamRecord(stream_id=stream_id, ts=news.ts, status=news.what)
        programme, stream = self._world.programme, news.stream
        host = int(programme.host[stream])
        category = CATEGORIES[int(self._world.hosts.category[host])]
        subject = SUBJECTS[category]
        start = int((programme.start if news.what == "moved" else programme.first_start)[stream])
        return StreamRecord(
            stream_id=stream_id,
            ts=news.ts,
            status="scheduled",
            host_id=self._ids.hosts[host],
            host_name=host_name(host),
            title=subject.titles[stream % len(subject.titles)],
            category=category,
            start_ts=start,
            end_ts=start + int(programme.end[stream] - programme.start[stream]),
            products=_products(category, subject),
            covers=[
                Cover(
                    cover_id=f"{category}-{kind}", url=f"https://img.example/{category}", kind=kind
                )
                for kind in ("image", "video")
            ],
            copies=self._copies,
            deeplink=f"live://stream/{stream_id}",
        )


def _products(category: str, subject: Subject) -> list[Product]:
    return [
        Product(product_id=f"{category}-{number}", name=name, price=subject.price)
        for number, name in enumerate(subject.products)
    ]
