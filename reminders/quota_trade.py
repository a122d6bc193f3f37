"""How one partition bids for a quota, gives parts of its share away, and takes what it is given."""

from __future__ import annotations

import msgspec

from online_models.arrays import Floats
from reminders.plan import Plan
from reminders.plan_book import PlanBook
from reminders.quota import Partition
from reminders.quota_exchange import Exchange, Note, bid_of, gifts, is_traded
from reminders.tick import Tick

__all__ = ["QuotaTrade"]


class QuotaTrade:
    """Keeps the plans whose quota is traded, and what is to be told of them.

    Parameters
    ----------
    exchange
        What all partitions said; somebody else keeps it up to date between the calls.
    """

    def __init__(self, partition: Partition, exchange: Exchange, book: PlanBook) -> None:
        self._partition = partition
        self._exchange = exchange
        self._book = book
        self._traded: set[int] = set()
        self._notes: list[bytes] = []

    def bid(self, plan: Plan, most: int | None, values: Floats, now_ms: int) -> None:
        """Bid once for the quota of a plan whose window opens, if it is a small one.

        `values`: float64[n], of all who may be invited.
        """
        count = self._partition.count
        if most is None or plan.record.bids or not is_traded(most, count):
            return
        plan.record.bids = True
        self._traded.add(plan.announcement)
        self._tell(plan, now_ms, bid=bid_of(values, most, count))

    def restored(self) -> None:
        """Go on with the plans of the book."""
        self._traded = {plan.announcement for plan in self._book if plan.record.bids}

    def plans(self, tick: Tick) -> list[Plan]:
        """Return the traded plans whose window is open, in a fixed order."""
        found = []
        for announcement in sorted(self._traded):
            plan = self._book.get(announcement)
            if plan is None or tick.now_s > plan.window(0).last_s:
                self._traded.discard(announcement)
            elif plan.record.is_open:
                found.append(plan)
        return found

    def settle(self, plan: Plan, most: int, left: int, tick: Tick) -> bool:
        """Give and take; return whether users have to be chosen anew.

        Whoever is pending is taken out where something was given away. `left`: how many
        invitations of the quota `most` the partition may still send.
        """
        gave, took = self._give(plan, most, left, tick), self._take(plan, tick)
        if gave:
            plan.flush(self._book.journal)
        return gave or took

    @property
    def has_notes(self) -> bool:
        """Whether there is anything to be told since the last call of `take_notes`."""
        return bool(self._notes)

    def take_notes(self) -> list[bytes]:
        """Return what is to be told to all partitions since the last call."""
        taken, self._notes = self._notes, []
        return taken

    def _give(self, plan: Plan, most: int, left: int, tick: Tick) -> bool:
        """Give away what others have better use for, once all have bid; return whether it did."""
        count = self._partition.count
        if plan.record.given >= 0:
            return False
        bids = self._exchange.bids(plan.announcement, tick.known_ms)
        if len(bids) < count:
            return False
        shares = [
            Partition(number, count).share(most, plan.announcement) for number in range(count)
        ]
        given = gifts(self._partition.number, shares, bids, left)
        plan.record.given = sum(given.values())
        plan.write(self._book.journal)
        if given:
            self._tell(plan, tick.now_ms, gifts=given)
        return bool(given)

    def _take(self, plan: Plan, tick: Tick) -> bool:
        """Take what others gave; return whether there is more of it than before."""
        number = self._partition.number
        given = self._exchange.given_to(number, plan.announcement, tick.known_ms)
        if given <= plan.record.taken:
            return False
        plan.record.taken = given
        plan.write(self._book.journal)
        return True

    def _tell(
        self,
        plan: Plan,
        now_ms: int,
        bid: bytes | None = None,
        gifts: dict[int, int] | None = None,
    ) -> None:
        note = Note(plan.announcement, self._partition.number, now_ms, bid, gifts)
        self._notes.append(msgspec.msgpack.encode(note))
