"""Where the inputs end, asked past Faust on a connection of its own."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import Any

from aiokafka.errors import KafkaError

from streams.engine.log_heads import LogHeads
from streams.engine.log_range import is_hole
from streams.monitoring.news import tell
from streams.monitoring.situation import Place

__all__ = ["InputEnds"]

logger = logging.getLogger(__name__)
ASK_S = 2.0
ANSWER_S = 5.0
SILENT_S = 4.0


class InputEnds:
    """Asks Kafka every few seconds, and notices when it does not answer.

    Attributes
    ----------
    ends : offset after the last record of each topic partition, as of the last answer.
    answered_s : monotonic seconds of the last answer.
    """

    def __init__(self, kafka: Any, places: Callable[[], Collection[Place]]) -> None:
        self.ends: dict[Place, int] = {}
        self.answered_s = time.monotonic()
        self._away = False
        self._kafka = kafka
        self._places = places
        self._holes: dict[Place, int] = {}

    async def run(self) -> None:
        """Ask for ever."""
        while True:
            heads = LogHeads(self._kafka)
            try:
                await heads.start()
                while True:
                    await self._ask(heads)
                    await asyncio.sleep(ASK_S)
            except (TimeoutError, KafkaError) as error:
                self._note_away(error)
                await asyncio.sleep(ASK_S)
            finally:
                await heads.stop()

    async def pass_hole(self, place: Place, taken: int) -> None:
        """Look into the log whether there is a record at all from offset `taken` on.

        Compaction and markers of transactions leave offsets that nobody can take.
        """
        end = self.ends.get(place, 0)
        with suppress(TimeoutError, KafkaError):
            async with asyncio.timeout(ANSWER_S):
                if await is_hole(self._kafka, place, taken, end):
                    self._holes[place] = end

    def silent(self, now_s: float) -> bool:
        """Whether Kafka owes an answer at `now_s` (monotonic): then nobody can be blamed."""
        return now_s - self.answered_s > SILENT_S

    def waiting(self, place: Place, taken: int) -> int:
        """How many offsets from `taken` on hold or may hold a record, as far as is known."""
        end = self.ends.get(place, 0)
        return 0 if self._holes.get(place) == end else max(end - taken, 0)

    async def _ask(self, heads: LogHeads) -> None:
        async with asyncio.timeout(ANSWER_S):
            self.ends = await heads.of(list(self._places()))
        self.answered_s = time.monotonic()
        if self._away:
            self._away = False
            tell(logger, "kafka_back", "Kafka answers again")

    def _note_away(self, error: BaseException) -> None:
        if not self._away:
            self._away = True
            text = f"Kafka does not answer: {error!r}"
            tell(logger, "kafka_away", text, logging.WARNING, error=repr(error))
