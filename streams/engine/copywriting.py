"""Generated copies, proposed ahead of time where user partition 0 lives, told to every worker."""

from __future__ import annotations

import asyncio
import time

import msgspec

from features.contracts import Copy
from features.hashing import hash64
from streams.copywriter import Copywriter
from streams.engine.outgoing import Record
from streams.engine.partition import Partition
from streams.engine.shared import COPIES_KEY, Shared, ToldCopies
from streams.engine.tenure import while_owned

__all__ = ["CopyDesk"]

INTERVAL_S = 5.0
AGAIN_S = 600.0
"""How long after a failure the endpoint is asked for the same again."""
MOST_PAIRS = 500
"""Of categories and languages; later ones have the other templates alone."""


class CopyDesk:
    """Asks for copies of what is announced, for as long as this worker owns user partition 0.

    On the wall clock only: the topic clock promises the same reminders each time, and an endpoint
    promises nothing.
    """

    def __init__(self, shared: Shared) -> None:
        self._shared = shared
        self._settings = shared.settings.copywriting
        self._writer = Copywriter(self._settings)
        self._failed_s: dict[tuple[str, str], float] = {}

    async def run(self, partition: Partition) -> None:
        """Keep asking until the partition is given up."""
        if self._settings.url is not None and not self._shared.simulated_time:
            await while_owned(partition, "copies", self._run_once)

    async def _run_once(self, partition: Partition) -> None:
        while not partition.closed:
            for category, locale in self.wanted(time.monotonic()):
                copies = await asyncio.to_thread(self._writer.propose, category, locale)
                if copies:
                    await partition.publish(
                        self._shared.topics.models, [_record(category, locale, copies)]
                    )
                    self._shared.generated.tell(hash64(category), locale, copies)
                else:
                    self._failed_s[category, locale] = time.monotonic()
            await asyncio.sleep(INTERVAL_S)

    def wanted(self, now_s: float) -> list[tuple[str, str]]:
        """Return the categories and languages to be asked for at `now_s` (monotonic seconds)."""
        known = self._shared.generated
        if len(known) >= MOST_PAIRS:
            return []
        scheduled = self._shared.board.scheduled()
        categories = dict.fromkeys(stream.record.category or "" for stream in scheduled)
        pairs = [(category, locale) for category in categories for locale in self._settings.locales]
        return [
            (category, locale)
            for category, locale in pairs
            if category
            and not known.knows(hash64(category), locale)
            and now_s - self._failed_s.get((category, locale), -AGAIN_S) >= AGAIN_S
        ]


def _record(category: str, locale: str, copies: tuple[Copy, ...]) -> Record:
    told = ToldCopies(hash64(category), locale, list(copies))
    key = b"%s%016x/%s" % (COPIES_KEY, told.category_h, locale.encode())
    return Record(key, msgspec.msgpack.encode(told))
