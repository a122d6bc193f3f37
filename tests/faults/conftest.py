"""Faults break connections, and kafka-python leaves broken sockets to the collector."""

from __future__ import annotations

import gc
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

_HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Take no broken socket for a failure of the test in which it is collected."""
    mark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")
    for item in items:
        if item.path.is_relative_to(_HERE):
            item.add_marker(mark)


@pytest.fixture(autouse=True)
def _collected() -> Iterator[None]:
    """Collect what a test left, before another one has to answer for it."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
