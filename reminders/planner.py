"""The planner of one user partition: opens windows, wakes for due minutes, closes labels."""

from __future__ import annotations

from collections import Counter

import numpy as np

from features.decode import FeedbackColumns
from features.row import SEND_SLOTS
from features.state import UserState
from features.update.feedback import record_sends
from online_models.arrays import Ints
from online_models.example import Example
from online_models.neighbours import Neighbours
from online_models.snapshot import ModelSnapshot
from reminders.announcer import Announcer
from reminders.answers import join_answers
from reminders.appraisal import Announcement
from reminders.board import Board
from reminders.board_stream import BoardStream
from reminders.caps import InviteCaps
from reminders.closing import Closer
from reminders.collection import collect
from reminders.decision import Decision, DueGroup
from reminders.dispatch import Dispatch, Outcome
from reminders.journal import DELAY, HOST, KINDS, RETENTION
from reminders.ledger import SENT_ROW
from reminders.moments import Moments
from reminders.opening import Opener
from reminders.plan import Plan
from reminders.plan_book import PlanBook
from reminders.plan_time import PlanTime
from reminders.pricing import Pricing
from reminders.quiet_hours import NEVER_S
from reminders.quota import WHOLE, Partition
from reminders.quota_exchange import Exchange
from reminders.quota_trade import QuotaTrade
from reminders.rivals import Outlook, Rivals
from reminders.sampling import Sampling
from reminders.selector import Selector
from reminders.settings import DecisionSettings
from reminders.suppression import count_reasons
from reminders.tick import Tick

__all__ = ["Planner"]


class Planner:
    """Decides, for the users of one partition, which reminders are sent now.

    Everything that it will need again is in the records of `take_changed`. It costs next to
    nothing while no window opens, nothing is due and the board is unchanged.

    Parameters
    ----------
    settings
        Guardrails, ladder, price and seed.
    partition
        Which of how many user partitions this is, for quotas over all of them.
    neighbours, exchange
        What binds hosts, and what partitions said of quotas; others keep them up to date.

    Attributes
    ----------
    quotas
        Tells what all partitions are to be told.
    """

    STATE_KINDS = KINDS
    """The second byte of the keys of this planner's records; the first is 0xFF."""

    def __init__(
        self,
        settings: DecisionSettings,
        partition: Partition = WHOLE,
        neighbours: Neighbours | None = None,
        exchange: Exchange | None = None,
    ) -> None:
        self._settings = settings
        self._caps = InviteCaps.of(settings, SEND_SLOTS)
        self._book = PlanBook(settings.rungs)
        journal = self._book.journal
        self.neighbours = Neighbours() if neighbours is None else neighbours
        self.quotas = QuotaTrade(partition, exchange or Exchange(), self._book)
        self._announcer = Announcer(settings, partition, self.neighbours, journal)
        self._moments = Moments(settings, journal)
        self._selector = Selector(settings, self._moments)
        self._opener = Opener(settings, self._book, self._announcer, self._selector, self.quotas)
        self._closer = Closer(self._book, self._announcer.newcomers, self._announcer.retention)
        self._pricing = Pricing(settings, journal)
        self._sampling = Sampling(settings.seed, journal)
        self._time = PlanTime(self._moments, journal)
        self._read: dict[bytes, bytes] = {}

    def decide(
        self,
        state: UserState,
        board: Board,
        snapshot: ModelSnapshot,
        prev_ms: int,
        now_ms: int,
    ) -> Decision:
        """Return the reminders due in (`prev_ms`, `now_ms`], all of the past applied to `state`.

        `prev_ms`: the previous call, −1 at the first; epoch ms. Send times go into the user rows.
        """
        self._settle()
        self._sampling.write()
        tick = Tick.of(prev_ms, now_ms, simulated=self._settings.simulated_time)
        self._pricing.advance(state, now_ms)
        prices = self._pricing.planning_prices
        counts = self._opener.sync(board, tick)
        counts += self._opener.open(state, board, snapshot, tick, prices)
        counts += self._opener.trade(state, board, snapshot, tick, prices)
        self._opener.reconsider(state, board, snapshot, tick, prices)
        due, dropped = collect(self._settings, state, board, self._book, tick)
        counts += dropped
        outcomes, wanted = self._dispatch(state, board, snapshot, tick).decide(state, due)
        self._pricing.note_demand(wanted)
        for outcome in outcomes:
            counts += self._apply(outcome)
        groups = [group for outcome in outcomes for group in outcome.sent]
        groups.sort(key=_group_order)
        _record_sends(state, groups)
        self._pricing.spend(sum(len(group) for group in groups if group.intent == "invite"))
        self._time.note(tick, dealt=bool(due or dropped))
        return Decision(
            groups=groups,
            suppressed=dict(sorted(counts.items())),
            held_out=[group for outcome in outcomes for group in outcome.held_out],
            opened=self._opener.take_opened(),
            planned=self._opener.take_planned(),
            due=sum(map(len, due)) + dropped.total(),
        )

    @property
    def plans(self) -> PlanBook:
        """All plans, to be looked at."""
        return self._book

    def close_labels(self, state: UserState, board: Board, now_ms: int) -> list[Example]:
        """Return the labelled examples of streams that closed by `now_ms`, in a fixed order."""
        self._settle()
        return self._closer.close(state, board, now_ms)

    def feedback(self, state: UserState, cols: FeedbackColumns, slots: Ints) -> None:
        """Join openings and mutes to the decisions that they answer; `slots` int64[n], −1: none."""
        self._settle()
        self._sampling.write()
        join_answers(self._book, self._moments.delay, state, cols, slots)

    def forget(self, user_h: int) -> None:
        """Forget an erased user, by hash: what is planned, what was sent, open labels."""
        self._settle()
        self._sampling.write()
        self._book.forget(user_h)

    def take_changed(self) -> list[tuple[bytes, bytes | None]]:
        """Return (key, record) of what changed since the last call; None = tombstone."""
        self._settle()
        self._sampling.write()
        return self._book.journal.take()

    def restore(self, key: bytes, value: bytes | None) -> None:
        """Take a record of the changelog, oldest first; call nothing else before the last one."""
        if value is None:
            self._read.pop(key, None)
        else:
            self._read[key] = value

    def _settle(self) -> None:
        """Rebuild the plans and the wheel from the records that were read."""
        if not self._read:
            return
        records, self._read = self._read, {}
        self._time.restore(records)
        self._pricing.restore(records)
        for kind, known in (
            (HOST, self._announcer.newcomers),
            (RETENTION, self._announcer.retention),
            (DELAY, self._moments.delay),
        ):
            for key in [key for key in records if key[1:2] == kind]:
                known.restore(key, records.pop(key))
        self._book.restore(records, self._time.dealt_s)
        self.quotas.restored()

    def _dispatch(
        self, state: UserState, board: Board, snapshot: ModelSnapshot, tick: Tick
    ) -> Dispatch:
        settings = self._settings

        def about(plan: Plan, stream: BoardStream) -> Announcement:
            return self._announcer.announcement(plan, stream, snapshot, tick.now_ms)

        now_s, soon_s = tick.now_s, tick.now_s + self._caps.gap_s
        outlook = Outlook(state, board, self._book, settings, about, now_s, soon_s)
        return Dispatch(
            settings=settings,
            announcement=lambda due: about(due.plan, due.stream),
            caps=self._caps,
            prices=self._pricing.prices,
            credit=self._pricing.invites_left(state),
            send_chance={
                "invite": 1.0 - settings.holdout_invite,
                "attend": 1.0 - settings.holdout_attend,
            },
            tick=tick,
            invites_before=self._book.invites_before,
            invites_left=lambda due: self._announcer.invites_left(due.plan, due.stream),
            rivals=lambda users, streams: Rivals.of(outlook.coming(users, streams)),
        )

    def _apply(self, outcome: Outcome) -> Counter[str]:
        """Write down what one plan sends, put what waits back, and count what is dropped."""
        due = outcome.due
        plan, waits = due.plan, due.later_s != NEVER_S
        rows = due.rows[waits]
        rows["due_s"] = due.later_s[waits]
        self._book.extend(plan, rows)
        for group in outcome.sent:
            sent = np.zeros(len(group), SENT_ROW)
            sent["user_h"], sent["send_s"] = group.user_h, group.send_ts // 1_000
            sent["attend"] = group.intent == "attend"
            plan.ledger.add(sent, self._book.journal)
            self._sampling.draw(plan, group, sent=True)
        for group in outcome.held_out:
            self._sampling.draw(plan, group, sent=False)
        if outcome.sent:
            plan.write(self._book.journal)
        return Counter(count_reasons(due.codes[~waits]))


def _record_sends(state: UserState, groups: list[DueGroup]) -> None:
    if groups:
        slots = np.concatenate([group.slots for group in groups])
        send_ts = np.concatenate([group.send_ts for group in groups])
        about = np.array([group.stream.category_h for group in groups], np.uint64)
        categories = np.repeat(about, [len(group) for group in groups])
        order = np.argsort(send_ts, kind="stable") if len(groups) > 1 else slice(None)
        record_sends(state, slots[order], send_ts[order], categories[order])


def _group_order(group: DueGroup) -> tuple[int, int, str, str]:
    return int(group.send_ts[0]), group.stream.stream_h, group.rung.name, group.intent
