"""The funnel of reminders as plain counts, and the scopes for which it is kept."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from features.contracts import Experiment, KpiScope

__all__ = ["EVERYTHING", "Funnel", "Scope", "record_key", "scopes_of"]


class Scope(NamedTuple):
    """What a funnel is about."""

    scope: KpiScope
    id: str


EVERYTHING = Scope("global", "all")


class Funnel(msgspec.Struct, array_like=True):
    """Counts that only grow, over the users of one partition or, added up, over all.

    Attributes
    ----------
    from_ts
        Since when this is counted, epoch ms.
    eligible
        Users for whom no rule forbade the reminder when its window opened, whatever it was worth.
    sent, delivered, opened, muted
        Reminders: emitted; delivered, opened or dismissed, as far as the channel told; opened;
        followed by a mute within 24 h.
    reported
        Reminders that the channel reported as delivered; 0: it never reports.
    reserved, attended, purchased
        Pairs of user and stream, each counted for the last reminder before the event.
    reservers_attended
        Those of `reserved` that also attended.
    revenue
        Sum of the amounts of the purchases.
    entropy
        Sum over the sent reminders of how varied the user's last ones were (`features.offered`).
    treated, treated_attended, held, held_attended
        Pairs of user and stream whose first decision was to send an invitation, or was withheld
        by the holdout, and those of them that attended after it.
    """

    from_ts: int
    eligible: int = 0
    sent: int = 0
    delivered: int = 0
    reported: int = 0
    opened: int = 0
    reserved: int = 0
    reservers_attended: int = 0
    attended: int = 0
    purchased: int = 0
    muted: int = 0
    revenue: float = 0.0
    treated: int = 0
    treated_attended: int = 0
    held: int = 0
    held_attended: int = 0
    entropy: float = 0.0

    def count(self, name: str, more: float = 1) -> None:
        """Add to one of the counts."""
        setattr(self, name, getattr(self, name) + more)

    def add(self, other: Funnel) -> None:
        """Add all of another funnel's counts.

        >>> both = Funnel(20, sent=3)
        >>> both.add(Funnel(10, sent=2, opened=1))
        >>> both.from_ts, both.sent, both.opened
        (10, 5, 1)
        """
        for name in self.__struct_fields__[1:]:
            self.count(name, getattr(other, name))
        self.from_ts = min(self.from_ts, other.from_ts)


def record_key(scope: Scope) -> bytes:
    """Return the key of a `kpis` record: the scope and, but for `global`, the id.

    Compaction keeps the newest record of each key, so each scope and id has one of its own.

    >>> record_key(EVERYTHING), record_key(Scope("stream", "s-1"))
    (b'global', b'stream:s-1')
    """
    return (scope.scope if scope == EVERYTHING else f"{scope.scope}:{scope.id}").encode()


def scopes_of(
    stream_id: str, host_id: str, rung: str, strategy: str, arm: Experiment | None = None
) -> list[Scope]:
    """Return every scope that a reminder counts for; a stream without a host has no host.

    The id of an arm is that of the experiment, a colon, and its name.
    """
    scopes = [EVERYTHING, Scope("stream", stream_id), Scope("rung", rung)]
    if host_id:
        scopes.append(Scope("host", host_id))
    if arm is not None:
        scopes.append(Scope("experiment_arm", f"{arm.id}:{arm.arm}"))
    return [*scopes, Scope("strategy", strategy)]
