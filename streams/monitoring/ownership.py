"""Which user partitions the worker owns and what each is doing; each change is said in the log."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass

from streams.monitoring.counts import Counts
from streams.monitoring.news import tell
from streams.monitoring.situation import State

__all__ = ["OwnedPartition", "Ownership"]

logger = logging.getLogger(__name__)
_WHY = {"fenced": "a newer owner has fenced this one", "unanswered": "Kafka has not answered"}


@dataclass(slots=True)
class OwnedPartition:
    """One partition of this worker.

    Attributes
    ----------
    restored : offset up to which the changelog has been read back, and the offset to reach.
    """

    state: State = "waiting"
    restored: tuple[int, int] = (0, 0)

    @property
    def restored_ratio(self) -> float:
        """How much has been read back, from 0 to 1."""
        reached, end = self.restored
        return 1.0 if self.state == "ready" else min(reached / end, 1.0) if end else 0.0


class Ownership:
    """Told what becomes of partitions; remembers it, and says each change once.

    Attributes
    ----------
    joined : whether the consumer group has given us our share, which may be none.
    stopping : whether the worker gives everything up.
    partitions : what is owned, by number.
    """

    def __init__(self, counts: Counts) -> None:
        self.joined = False
        self.stopping = False
        self.partitions: dict[int, OwnedPartition] = {}
        self._counts = counts

    def assigned(self, numbers: Iterable[int]) -> None:
        """The group has given the worker these partitions."""
        owned = sorted(set(numbers))
        self.joined = True
        self.partitions = {one: self.partitions.get(one, OwnedPartition()) for one in owned}
        tell(logger, "assigned", f"assigned partitions {owned}", partitions=owned)

    def restoring(self, number: int) -> None:
        """A partition begins to read its changelog."""
        self.partitions[number] = OwnedPartition("restoring")
        tell(logger, "restoring", f"partition {number}: restoring", partition=number)

    def restored(self, number: int, offset: int, end: int) -> None:
        """A partition has read its changelog up to `offset` of `end`."""
        if number in self.partitions:
            self.partitions[number].restored = (offset, end)

    def ready(self, number: int, progress: object) -> None:
        """A partition has been restored and takes records."""
        self.partitions[number] = OwnedPartition("ready")
        tell(logger, "ready", f"partition {number}: ready at {progress}", partition=number)

    def failed(self, number: int, reason: str, error: BaseException) -> None:
        """A partition's transaction came to nothing, so that it is restored.

        Parameters
        ----------
        reason : `fenced` or `unanswered`.
        """
        self._counts.failed(number, reason)
        if number in self.partitions:
            self.partitions[number] = OwnedPartition()
        text = f"partition {number}: {_WHY[reason]}: restoring after {error!r}"
        tell(logger, reason, text, logging.WARNING, partition=number, error=repr(error))

    def revoked(self, numbers: Iterable[int]) -> None:
        """The group takes these partitions away; it is about to share all of them out anew."""
        gone = sorted(numbers)
        self.joined = False
        for number in gone:
            self.partitions.pop(number, None)
        if gone:
            tell(logger, "revoked", f"revoked partitions {gone}", partitions=gone)

    def stops(self) -> None:
        """The worker begins to give everything up."""
        self.stopping = True
        tell(logger, "stopping", "stopping: partitions are given up")
