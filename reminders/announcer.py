"""What a plan's announcement is about, how far it may go, and what competes with it later."""

from __future__ import annotations

from online_models.neighbours import Neighbours
from online_models.snapshot import ModelSnapshot
from reminders.appraisal import Announcement
from reminders.board_stream import BoardStream
from reminders.journal import Journal
from reminders.newcomers import Newcomers
from reminders.patience import Nearer, choice
from reminders.plan import Plan
from reminders.quota import Partition
from reminders.retention import Retention, believed_shares
from reminders.settings import DecisionSettings

__all__ = ["Announcer"]


class Announcer:
    """Says of a plan what users are judged by, from what was learned of hosts and rungs.

    Attributes
    ----------
    newcomers
        What is known of each host's reminders.
    retention
        What is known of each rung.
    """

    def __init__(
        self,
        settings: DecisionSettings,
        partition: Partition,
        neighbours: Neighbours,
        journal: Journal,
    ) -> None:
        self.newcomers = Newcomers(journal)
        # At a fixed price no rung takes from another: each is worth what the prior says.
        self._scarce = settings.invites_per_user_day is not None
        believed = believed_shares(settings.rungs) if self._scarce else {}
        self.retention = Retention(journal, settings.rungs, believed)
        self._settings = settings
        self._partition = partition
        self._neighbours = neighbours

    def announcement(
        self, plan: Plan, stream: BoardStream, snapshot: ModelSnapshot, now_ms: int
    ) -> Announcement:
        """Return what the plan is about, as of `now_ms`."""
        tries = self._settings.explore > 0.0
        return Announcement(
            stream=stream,
            crowd=plan.record.crowd,
            rung=plan.rung,
            snapshot=snapshot,
            now_ms=now_ms,
            settings=self._settings,
            near=self._neighbours.of(stream.host_h),
            kept=self.retention.share(plan.rung.name),
            surprise=self.newcomers.surprise(stream.host_h) if tries else None,
            prior_bar=plan.record.prior_bar,
        )

    def invites_left(self, plan: Plan, stream: BoardStream) -> int | None:
        """Return how many invitations the partition may still send; None: any number.

        Not one more once a quota was set or lowered within the window: other partitions may have
        sent more than their share of it by then.
        """
        most = stream.record.max_invites
        if most is None:
            return None
        if most < plan.record.widest_quota:
            return 0
        record = plan.record
        share = self._partition.share(most, plan.announcement) - max(record.given, 0) + record.taken
        return share - plan.ledger.invites

    def nearer(self, plan: Plan) -> tuple[Nearer, ...]:
        """Return the rungs nearer to the start.

        Empty where the price is fixed: then no invitation takes the place of another, and each rung
        stands for itself.
        """
        if not self._scarce:
            return ()
        kept = self.retention
        own = kept.factor(plan.rung.name)
        return tuple(
            Nearer(
                rung,
                plan.window(0, rung),
                choice(plan.rung.nominal_ms - rung.nominal_ms) * kept.factor(rung.name) / own,
                kept.share(rung.name),
            )
            for rung in self._settings.rungs
            if rung.opens_ms < plan.rung.opens_ms
        )
