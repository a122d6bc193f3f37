"""A Faust app without tables: nothing of them is made, or waited for."""

from __future__ import annotations

import faust
from faust.tables import TableManager

__all__ = ["NoTables", "TablelessApp"]


class NoTables(TableManager):
    """Faust's manager of tables, for an app that has none.

    Faust's own gives agents a second to register their tables before it subscribes: a second in
    which nobody serves the partitions of a worker that was killed.
    """

    async def on_start(self) -> None:
        """Let the app subscribe at once."""
        await self._update_channels()
        await self.recovery.start()


class TablelessApp(faust.App):
    """A Faust app without tables, which leaves no folders for them behind."""

    def _create_directories(self) -> None:
        """Make none; Faust would, in the working folder."""
