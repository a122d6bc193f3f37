"""Parts of the funnels: what each partition says, and what they make together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import cast

import msgspec

from features.contracts import Kpi, KpiScope
from reminders.kpi import EVERYTHING, Funnel, Scope, record_key
from reminders.kpi_report import report

__all__ = ["FunnelTotals", "Part", "part_key", "split_part_key"]


class Part(msgspec.Struct, array_like=True):
    """A record of the internal topic `kpi-parts`: one partition's funnel of one scope."""

    clock_ts: int
    funnel: Funnel


def part_key(partition: int, scope: Scope) -> bytes:
    """Return the key of a part.

    >>> part_key(3, EVERYTHING)
    b'3|global|all'
    """
    return f"{partition}|{scope.scope}|{scope.id}".encode()


def split_part_key(key: bytes) -> tuple[int, Scope]:
    """Return partition and scope of a key of `part_key`."""
    partition, scope, name = key.decode().split("|", 2)
    return int(partition), Scope(cast(KpiScope, scope), name)


@dataclass
class _Scoped:
    """The parts of one scope by partition, and the partitions that have dropped theirs."""

    parts: dict[int, Part] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)

    def total(self) -> Funnel:
        """The sum, in the order of the partitions so that revenue adds up alike each time."""
        total = Funnel(min(part.funnel.from_ts for part in self.parts.values()))
        for partition in sorted(self.parts):
            total.add(self.parts[partition].funnel)
        return total


class FunnelTotals:
    """The newest parts of all partitions, added up when asked for.

    A part that is dropped still counts until every partition has dropped its own, since they do
    so one after the other; then the scope is gone.
    """

    def __init__(self) -> None:
        self._scopes: dict[Scope, _Scoped] = {}
        self._changed: dict[Scope, None] = {}
        self._reporting = False

    def receive(self, key: bytes, part: Part | None) -> None:
        """Take a part, None = dropped; a partition's later one comes later."""
        partition, scope = split_part_key(key)
        scoped = self._scopes.setdefault(scope, _Scoped())
        if part is None:
            scoped.gone.add(partition)
        else:
            scoped.parts[partition] = part
            scoped.gone.discard(partition)
        self._changed[scope] = None

    def take_reports(self) -> list[tuple[bytes, Kpi | None]]:
        """Return key and record of each scope that changed since the last call; None = gone.

        `to_ts` is when the newest of its parts was written, so that it does not depend on when
        this is called.
        """
        everything = self._everything()
        if bool(everything.reported) != self._reporting:
            # Deliveries are reported after all: every scope reads differently now.
            self._reporting = True
            self._changed = dict.fromkeys(self._scopes)
        changed, self._changed = sorted(self._changed), {}
        return [(record_key(scope), self._report(scope, everything)) for scope in changed]

    def _everything(self) -> Funnel:
        scoped = self._scopes.get(EVERYTHING)
        return scoped.total() if scoped is not None and scoped.parts else Funnel(0)

    def _report(self, scope: Scope, everything: Funnel) -> Kpi | None:
        scoped = self._scopes[scope]
        if scoped.gone.issuperset(scoped.parts):
            del self._scopes[scope]
            return None
        to_ts = max(part.clock_ts for part in scoped.parts.values())
        return report(scope, scoped.total(), everything, to_ts)
