"""After a failed transaction there is no next one."""

from __future__ import annotations

import pytest
from aiokafka.errors import ProducerFenced

from streams.engine.unbroken import Unbroken


def test_a_failure_is_for_good() -> None:
    """Later transactions fail as the first did, before anything is tried."""
    row, tried = Unbroken(), 0
    with row.next():
        tried += 1
    with pytest.raises(ProducerFenced), row.next():
        raise ProducerFenced
    with pytest.raises(ProducerFenced), row.next():
        tried += 1
    assert tried == 1


def test_a_defect_is_no_failed_transaction() -> None:
    """It stops the process anyway."""
    row = Unbroken()
    with pytest.raises(ZeroDivisionError), row.next():
        raise ZeroDivisionError
    with row.next():
        pass
