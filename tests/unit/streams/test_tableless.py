"""A worker asks for its partitions at once: it has no tables to wait for."""

from __future__ import annotations

import asyncio
import time
from types import SimpleNamespace
from typing import Any

from faust.tables import TableManager

from streams.tableless import NoTables, TablelessApp


class _Consumer:
    def assignment(self) -> set[Any]:
        return set()

    def pause_partitions(self, partitions: set[Any]) -> None:
        assert not partitions


def _subscribable_after(app: Any, manager: Any) -> float:
    """Return the seconds after which the app's conductor may subscribe."""
    app.consumer = _Consumer()

    async def start() -> float:
        tables, began = manager(app), time.monotonic()
        recovered: list[bool] = []

        async def note() -> None:
            recovered.append(True)

        tables._recovery = SimpleNamespace(start=note)
        await tables.on_start()
        assert recovered
        await asyncio.wait_for(tables.wait_until_tables_registered(), 1.0)
        return time.monotonic() - began

    return asyncio.run(start())


def test_nothing_is_waited_for() -> None:
    """Faust's own manager would sleep for a second."""
    app = TablelessApp("some-app", broker="kafka://127.0.0.1:1", store="memory://")
    assert _subscribable_after(app, NoTables) < 0.5
    assert _subscribable_after(app, TableManager) >= 1.0
