"""The view in Redis or Valkey, written behind: never the truth, never in the way (ADR-0004)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence

from config.servers import Redis
from features.state import UserState
from online_models.arrays import Ints
from online_models.snapshot import ModelSnapshot
from reminders.board import Board
from reminders.plan import Plan
from streams.engine.outgoing import Outgoing
from streams.monitoring.news import tell
from streams.view.counters import ViewCounters
from streams.view.keys import ViewKeys
from streams.view.partition_view import PartitionView
from streams.view.removed_users import removed_users
from streams.view.writer import AWAY, Writer

__all__ = ["View"]

logger = logging.getLogger(__name__)

_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.2, 10.0


class View:
    """Takes notice of what changed, at once and cheaply; a task of its own writes it.

    The methods that take notice never wait and never raise for anything that Redis does. While
    it is away, slow or full, the worker goes on; once it is back, and also when it was emptied or
    a partition is taken over, all users of the partition are written anew.

    Parameters
    ----------
    server : the settings' `redis` section, with a URL; how long users are kept, how many written.
    board : the worker's streams.
    partitions : number of user partitions; the owner of partition 0 writes streams and model.
    """

    def __init__(
        self,
        server: Redis,
        app_id: str,
        board: Board,
        *,
        partitions: int,
    ) -> None:
        self.counters = ViewCounters()
        self._partitions: dict[int, PartitionView] = {}
        self._writer = Writer(
            server,
            ViewKeys(app_id),
            self._partitions,
            board,
            self.counters,
            partitions,
        )

    @property
    def dropped(self) -> int:
        """How many reminders, plans and erasures waited too long and were never written."""
        waiting = list(self._partitions.values())
        return self.counters.dropped + sum(view.dropped for view in waiting)

    def attach(
        self,
        partition: int,
        state: UserState,
        plans: Callable[[], Iterable[Plan]] = tuple,
        now_ms: int = -1,
    ) -> None:
        """Begin to show a partition that this worker has restored; all its users are written.

        Parameters
        ----------
        plans : gives the plans of the partition, for what is next.
        now_ms : clock of its last commit, epoch ms.
        """
        self._partitions[partition] = PartitionView(partition, state, plans, now_ms)

    def detach(self, partition: int) -> None:
        """Stop showing a partition that was given up; another worker writes it from now on."""
        self._partitions.pop(partition, None)

    def committed(
        self,
        partition: int,
        now_ms: int,
        changed: Ints,
        erased: Sequence[str],
        written: Sequence[Outgoing],
        reminders: Sequence[Outgoing],
    ) -> None:
        """Take notice of a whole commit.

        Parameters
        ----------
        now_ms : its clock, epoch ms.
        changed : int64[n], slots of the users that it wrote.
        erased : users who were erased, whether or not they are back.
        written : all that it wrote to `state`.
        reminders : all that it sent.
        """
        self.erased(partition, [*erased, *removed_users(written)])
        self.users_changed(partition, changed, now_ms)
        self.reminders_sent(partition, reminders)

    def users_changed(self, partition: int, slots: Ints, now_ms: int) -> None:
        """Take notice of users in these slots, int64[n]; `now_ms`: clock of the commit."""
        view = self._partitions.get(partition)
        if view is not None:
            view.mark(slots)
            view.now_ms = now_ms

    def reminders_sent(self, partition: int, reminders: Sequence[Outgoing]) -> None:
        """Take notice of reminders, as they were written to Kafka."""
        view = self._partitions.get(partition)
        if view is not None:
            view.add_reminders(reminders)

    def erased(self, partition: int, user_ids: Sequence[str]) -> None:
        """Delete all that the view holds of these users; nothing comes after that."""
        view = self._partitions.get(partition)
        if view is not None and user_ids:
            view.forget(user_ids, self._writer.keys)
        self._writer.erase(user_ids)

    def streams_changed(self, stream_ids: Iterable[str]) -> None:
        """Take notice of streams that are new, other or forgotten on the board."""
        self._writer.notice_streams(stream_ids)

    def model_changed(self, snapshot: ModelSnapshot) -> None:
        """Take notice of the model that decides from now on."""
        self._writer.notice_model(snapshot)

    async def run(self) -> None:
        """Write for ever, whatever becomes of Redis; ends only by being cancelled."""
        pause_s = _FIRST_PAUSE_S
        while True:
            written = self.counters.users
            try:
                await self._writer.write_until_it_fails()
            except AWAY as error:
                self._note_away(error)
            except Exception:
                logger.exception("view: cannot be written; the worker goes on")
            self.counters.failures += 1
            self.counters.connected = False
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
            if self.counters.users > written:
                pause_s = _FIRST_PAUSE_S
            await asyncio.sleep(pause_s)

    async def drain(self, timeout_s: float) -> bool:
        """Wait until all that was noticed is written; false when that takes longer."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._writer.written_up()
        except TimeoutError:
            return False
        return True

    def _note_away(self, error: BaseException) -> None:
        if self.counters.connected or not self.counters.failures:
            text = f"view: not written for now, the worker goes on: {error}"
            tell(logger, "view_lost", text, logging.WARNING, error=str(error))
