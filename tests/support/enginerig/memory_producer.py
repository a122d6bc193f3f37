"""The producer of a partition, without a Kafka."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from streams.engine.outgoing import Outgoing, Record, one_by_one
from streams.engine.transaction import PartitionProducer

__all__ = ["MemoryProducer"]


class MemoryProducer(PartitionProducer):
    """Writes into lists; every topic partition begins at offset 100."""

    def __init__(self) -> None:
        self.log: list[tuple[str, int, Record]] = []
        self.steps: list[str] = []
        self.committed: dict[tuple[str, int], int] = {}
        self.codecs: dict[str, int | None] = {}
        self.most_laid_out: dict[str, int] = {}

    async def begin(self) -> None:
        """Open."""
        self.steps.append("begin")

    async def write(
        self,
        topic: str,
        partition: int,
        outgoing: Sequence[Outgoing],
        *,
        codec: int | None = None,
        most_laid_out: int = 0,
    ) -> int:
        """Append."""
        self.codecs[topic], self.most_laid_out[topic] = codec, most_laid_out
        records = list(one_by_one(outgoing))
        if not records:
            return -1
        self.steps.append(topic)
        self.log += [(topic, partition, record) for record in records]
        return 100 + sum((topic, partition) == (one[0], one[1]) for one in self.log)

    async def commit(self, offsets: Mapping[tuple[str, int], int]) -> None:
        """Close."""
        self.steps.append("commit")
        self.committed = dict(offsets)

    def records(self, topic: str) -> list[tuple[int, Record]]:
        """What was written to a topic, with its partition."""
        return [(partition, record) for name, partition, record in self.log if name == topic]
