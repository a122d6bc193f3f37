"""What one partition remembers: its users, its reminders, and how far it has come."""

from __future__ import annotations

from collections.abc import Sequence

from features.state import UserState
from reminders.planner import Planner
from streams.engine.meta import META_KEY, PartitionMeta
from streams.engine.shared import Shared
from streams.engine.transaction import Record

__all__ = ["PartitionMemory"]

RESERVED = 0xFF


class PartitionMemory:
    """State of one user partition, restored from and written to the changelog `state`.

    Keys are a user's id in UTF-8 for user rows; everything else starts with the byte 0xFF, which
    no UTF-8 text does.
    """

    def __init__(self, number: int, shared: Shared) -> None:
        self.users: UserState = shared.new_user_state()
        self.planner: Planner = shared.new_planner(number)
        self.meta = PartitionMeta(offsets={})
        self._planner_kinds = frozenset(Planner.STATE_KINDS)

    def restore(self, keys: Sequence[bytes], values: Sequence[bytes | None]) -> None:
        """Take some records of the changelog, oldest first."""
        user_keys: list[bytes] = []
        user_values: list[bytes | None] = []
        for key, value in zip(keys, values, strict=True):
            if key[0] != RESERVED or key[1:2] not in self._planner_kinds:
                if key != META_KEY:
                    user_keys.append(key)
                    user_values.append(value)
                elif value is not None:
                    self.meta = PartitionMeta.from_bytes(value)
            else:
                self.planner.restore(key, value)
        if user_keys:
            self.users.restore_many(user_keys, user_values)

    def take_changed(self) -> list[Record]:
        """Changelog records of all that changed since the last call, without the progress."""
        changed = self.users.take_changed() + self.planner.take_changed()
        return [Record(key, value) for key, value in changed]
