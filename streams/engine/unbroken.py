"""A row of transactions of which none follows one that has failed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from aiokafka.errors import KafkaError

__all__ = ["Unbroken"]


class Unbroken:
    """Lets transactions through until one fails; all after it fail as it did.

    What a failed transaction carried is no longer marked as changed, and whether it is in Kafka
    nobody knows: only a partition restored from `state` may go on.

    >>> row = Unbroken()
    >>> with row.next():
    ...     pass
    """

    def __init__(self) -> None:
        self._failure: KafkaError | TimeoutError | None = None

    @contextmanager
    def next(self) -> Iterator[None]:
        """Hold one transaction.

        Raises
        ------
        aiokafka.errors.KafkaError, TimeoutError
            As the transaction, or an earlier one, did.
        """
        if self._failure is not None:
            raise self._failure
        try:
            yield
        except (KafkaError, TimeoutError) as error:
            self._failure = error
            raise
