"""No view: what the engine talks to when `redis.url` is empty."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from features.state import UserState
from online_models.arrays import Ints
from online_models.snapshot import ModelSnapshot
from reminders.plan import Plan
from streams.engine.outgoing import Outgoing
from streams.view.counters import ViewCounters

__all__ = ["NullView"]


class NullView:
    """Has every method of `View` and does nothing."""

    def __init__(self) -> None:
        self.counters = ViewCounters()
        self.dropped = 0

    def attach(
        self,
        partition: int,
        state: UserState,
        plans: Callable[[], Iterable[Plan]] = tuple,
        now_ms: int = -1,
    ) -> None:
        """Take no notice."""

    def detach(self, partition: int) -> None:
        """Take no notice."""

    def committed(
        self,
        partition: int,
        now_ms: int,
        changed: Ints,
        erased: Sequence[str],
        written: Sequence[Outgoing],
        reminders: Sequence[Outgoing],
    ) -> None:
        """Take no notice."""

    def users_changed(self, partition: int, slots: Ints, now_ms: int) -> None:
        """Take no notice."""

    def reminders_sent(self, partition: int, reminders: Sequence[Outgoing]) -> None:
        """Take no notice."""

    def erased(self, partition: int, user_ids: Sequence[str]) -> None:
        """Take no notice."""

    def streams_changed(self, stream_ids: Iterable[str]) -> None:
        """Take no notice."""

    def model_changed(self, snapshot: ModelSnapshot) -> None:
        """Take no notice."""

    async def run(self) -> None:
        """Return at once."""

    async def drain(self, timeout_s: float) -> bool:  # noqa: ARG002 - as `View` has it
        """Return true: nothing waits."""
        return True
