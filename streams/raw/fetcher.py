"""aiokafka's fetcher, made to hand over columns.

A partition's part of a fetch is one `Fetched`, or some; positions, errors, resets and the rest stay
aiokafka's own. It is pinned exactly, since what is overridden here is not public.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from aiokafka.consumer.fetcher import READ_COMMITTED, Fetcher, FetchResult
from aiokafka.structs import TopicPartition

from streams.raw.batch_headers import BatchHeaders, read_headers
from streams.raw.fetched import Fetched, committed, read_fetched
from streams.raw.single_records import in_columns

__all__ = ["QUIET_MS", "Patience", "RawFetcher"]

QUIET_MS = 100
"""So long may a fetch wait where nothing comes; seeks and new partitions wait for it too."""


class _Overheard:
    """A Kafka client that keeps the answers to fetches until they are asked for."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._answers: dict[int, Any] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    async def send(self, node_id: int, request: Any) -> Any:
        """Send, and keep the answer."""
        answer = await self._client.send(node_id, request)
        self._answers[id(request)] = answer
        return answer

    def answer_to(self, request: Any) -> Any:
        """Forget and return the answer to a request, None if there was none."""
        return self._answers.pop(id(request), None)


class _PartitionBytes:
    """Takes the place of aiokafka's iterator over the records of a partition.

    Yields the fetch whole, or in parts where it is compressed (`read_fetched`).
    """

    def __init__(self, data: bytes, theirs: Any) -> None:
        self._data = np.frombuffer(data, np.uint8)
        self._theirs = theirs
        self._headers: BatchHeaders | None = None
        self._wanted = np.zeros(0, np.bool_)
        self._batch = 0
        self._done = False
        self.next_fetch_offset: int = theirs.next_fetch_offset

    def __iter__(self) -> Iterator[Fetched]:
        return self

    def __next__(self) -> Fetched:
        start = self.next_fetch_offset
        if self._done:
            raise StopIteration
        fetched = self._read()
        self.next_fetch_offset = fetched.end
        if fetched.end <= start:
            raise StopIteration
        return fetched

    def _read(self) -> Fetched:
        headers = self._headers or self._begin()
        if headers is None:
            self._done = True
            return _read_older(self._theirs)
        start = self.next_fetch_offset
        fetched, self._batch = read_fetched(self._data, headers, self._wanted, start, self._batch)
        self._done = self._batch == len(headers)
        return fetched

    def _begin(self) -> BatchHeaders | None:
        theirs = self._theirs
        self._headers = headers = read_headers(self._data)
        if headers is not None:
            if theirs._check_crcs:
                headers.check_crcs(self._data)
            only_committed = theirs._isolation_level == READ_COMMITTED
            aborted = theirs._aborted_transactions if only_committed else ()
            self._wanted = committed(self._data, headers, aborted)
        return headers


def _read_older(theirs: Any) -> Fetched:
    """Message formats before version 2, by aiokafka's own reader."""
    start = theirs.next_fetch_offset
    records = in_columns(list(theirs))
    return Fetched(records, start, theirs.next_fetch_offset)


class Patience(NamedTuple):
    """How long a broker may hold back the answer to a fetch: until there are so many bytes."""

    least_bytes: int
    wait_ms: int

    def after(self, answer: Any) -> Patience:
        """Return that of the next fetch: where nothing came, the first byte is waited for.

        A fetch that gathers some tens of milliseconds of records is cheap, and forty a second that
        bring nothing are not. `answer`: a fetch response, None where there was none.
        """
        if answer is None or any(data for _, parts in answer.topics for *_, data in parts):
            return self
        return Patience(1, max(self.wait_ms, QUIET_MS))


class RawFetcher(Fetcher):  # type: ignore[misc]
    """Gives a `Fetched` or some for each partition of a fetch, in place of records."""

    def __init__(self, client: Any, subscriptions: Any, **options: Any) -> None:
        self._overheard = _Overheard(client)
        super().__init__(self._overheard, subscriptions, **options)
        self._patience = Patience(options["fetch_min_bytes"], options["fetch_max_wait_ms"])

    async def _proc_fetch_request(self, assignment: Any, node_id: int, request: Any) -> bool:
        try:
            needs_wakeup: bool = await super()._proc_fetch_request(assignment, node_id, request)
        finally:
            answer = self._overheard.answer_to(request)
            patience = self._patience.after(answer)
            self._fetch_min_bytes, self._fetch_max_wait_ms = patience
        # Nothing has awaited since the results were filed, so nobody has read them yet.
        for topic, partitions in answer.topics if answer is not None else ():
            for partition, *_, data in partitions:
                result = self._records.get(TopicPartition(topic, partition))
                if type(result) is FetchResult and not isinstance(
                    result._partition_records, _PartitionBytes
                ):
                    result._partition_records = _PartitionBytes(data, result._partition_records)
        return needs_wakeup
