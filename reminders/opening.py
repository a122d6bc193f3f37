"""Windows that open: each announcement is planned once, over all users of the partition."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np

from features.crowd import crowd_of
from features.edges import Signals
from features.state import UserState
from online_models.arrays import Ints
from online_models.snapshot import ModelSnapshot
from reminders.announcer import Announcer
from reminders.appraisal import Announcement, appraise
from reminders.board import Board
from reminders.board_stream import BoardStream
from reminders.decision import Opened
from reminders.due_rows import stream_barrier
from reminders.guardrails import standing
from reminders.holdout import held_out
from reminders.ladder import Rung
from reminders.plan import Plan, PlanRecord
from reminders.plan_book import PlanBook
from reminders.plan_run import Planned
from reminders.pricing import Prices
from reminders.quota_trade import QuotaTrade
from reminders.reminder_id import announcement_h
from reminders.samples import block_of_controls
from reminders.selector import Selector, Terms
from reminders.settings import DecisionSettings
from reminders.suppression import Suppression
from reminders.tick import Tick

__all__ = ["Opener"]


class Opener:
    """Plans announcements when their window opens, or when a stream comes or moves into it.

    Costs nothing while the board is unchanged and no window opens: streams are found by the start
    that a window opening since the last call implies.
    """

    def __init__(
        self,
        settings: DecisionSettings,
        book: PlanBook,
        announcer: Announcer,
        selector: Selector,
        quotas: QuotaTrade,
    ) -> None:
        self._settings = settings
        self._book = book
        self._announcer = announcer
        self._selector = selector
        self._quotas = quotas
        self._revision = -1
        self._opened_ms = 0
        self._opened: list[Opened] = []
        self._rehosted: list[Plan] = []
        self._planned = 0

    def sync(self, board: Board, tick: Tick) -> Counter[str]:
        """Drop what is pending of streams that moved, began or are off; return why, how often."""
        changed = board.revision != self._revision
        plans = list(self._book) if changed else self._book.started(tick.now_ms)
        counts: Counter[str] = Counter()
        for plan in plans:
            if plan.record.is_open:
                stream, reason = stream_barrier(board, plan, tick.now_ms)
                if stream is None:
                    counts[reason.value] += plan.close_pending(self._book.journal)
                    continue
                plan.note_quota(stream.record.max_invites, self._book.journal)
                if plan.record.host_h != stream.host_h:
                    self._book.change_host(plan, stream.host_h)
                    self._rehosted.append(plan)
        return +counts

    def open(
        self, state: UserState, board: Board, snapshot: ModelSnapshot, tick: Tick, prices: Prices
    ) -> Counter[str]:
        """Plan what is to be planned until the next call; return whom it left out, why."""
        counts: Counter[str] = Counter()
        for stream, rung in self._windows(board, tick):
            plan = self._plan(stream, rung)
            if plan is None or tick.now_s > plan.window(0).last_s:
                continue
            plan.note_quota(stream.record.max_invites, self._book.journal)
            plan.record.crowd = crowd_of(state, stream.stream_h, stream.host_h, tick.now_ms)
            about = self._announcer.announcement(plan, stream, snapshot, tick.now_ms)
            slots = state.users.live_slots()
            terms = self._terms(state, plan, stream, slots, tick, prices, opens=True)
            choice = self._selector.choose(state, plan, about, slots, terms)
            rows, left_out, eligible, rivals, controls = choice
            self._note_controls(state, plan, about, controls)
            counts += left_out
            self._quotas.bid(plan, stream.record.max_invites, rivals, tick.now_ms)
            self._opened.append(_opened(plan, stream, eligible))
            most = self._settings.examples_per_plan
            plan.record.sample_rate = min(1.0, most / max(len(rows), 1))
            plan.write(self._book.journal)
            self._extend(plan, rows)
        self._revision, self._opened_ms = board.revision, tick.next_ms
        return counts

    def trade(
        self, state: UserState, board: Board, snapshot: ModelSnapshot, tick: Tick, prices: Prices
    ) -> Counter[str]:
        """Give and take parts of small quotas, and choose anew where that changes how many may go.

        Returns how many were left out after all.
        """
        counts: Counter[str] = Counter()
        for plan in self._quotas.plans(tick):
            stream = board.get(plan.record.stream_id)
            left = None if stream is None else self._announcer.invites_left(plan, stream)
            if stream is None or left is None:
                continue
            pending = plan.pending
            if not self._quotas.settle(plan, stream.record.max_invites or 0, left, tick):
                continue
            about = self._announcer.announcement(plan, stream, snapshot, tick.now_ms)
            slots = state.users.live_slots()
            terms = self._terms(state, plan, stream, slots, tick, prices)
            self._book.extend(plan, self._selector.choose(state, plan, about, slots, terms).rows)
            self._planned += max(plan.pending - pending, 0)
            counts[Suppression.QUOTA.value] += max(pending - plan.pending, 0)
        return +counts

    def take_opened(self) -> list[Opened]:
        """Return the announcements that were planned since the last call."""
        taken, self._opened = self._opened, []
        return taken

    def take_planned(self) -> int:
        """Return how many reminders were given a minute since the last call."""
        taken, self._planned = self._planned, 0
        return taken

    def reconsider(
        self, state: UserState, board: Board, snapshot: ModelSnapshot, tick: Tick, prices: Prices
    ) -> None:
        """Plan for users who reserved a stream or followed a host while a window is open.

        And for who had done so before, and was released since (`UserState.release`), and for
        everybody where the stream is another host's now.
        """
        wanted: dict[int, list[Ints]] = {}
        rehosted, self._rehosted = self._rehosted, []
        for plan in rehosted:
            host_h = plan.record.host_h
            plan.record.crowd = crowd_of(state, plan.stream_h, host_h, tick.now_ms)
            plan.write(self._book.journal)
            wanted[plan.announcement] = [state.users.live_slots()]
        reserved, followed = state.take_signals()
        for signals, plans_of in (
            (reserved, self._book.of_stream),
            (followed, self._book.of_host),
        ):
            for target, slots in _by_target(signals):
                for plan in plans_of(target):
                    if plan.record.is_open:
                        wanted.setdefault(plan.announcement, []).append(slots)
        for announcement in sorted(wanted):
            plan = self._book[announcement]
            stream = board.get(plan.record.stream_id)
            if stream is None or tick.now_s > plan.window(0).last_s:
                continue
            slots = np.unique(np.concatenate(wanted[announcement]))
            slots = slots[np.argsort(state.users.rows["user_h"][slots])]
            about = self._announcer.announcement(plan, stream, snapshot, tick.now_ms)
            terms = self._terms(state, plan, stream, slots, tick, prices)
            self._extend(plan, self._selector.choose(state, plan, about, slots, terms).rows)

    def _note_controls(
        self, state: UserState, plan: Plan, about: Announcement, slots: Ints
    ) -> None:
        user_h = state.users.rows["user_h"][slots]
        # Of a window that opens again some are known from before.
        new = ~plan.labels.known(user_h)
        slots, user_h = slots[new], user_h[new]
        if not len(slots):
            return
        seen = appraise(state, about, slots, self._book.invites_before(plan, user_h))
        block = block_of_controls(user_h, about.now_ms // 1_000, seen.x, seen.scores.priors)
        plan.labels.add(block, self._book.journal)

    def _invites_pending(self, state: UserState, plan: Plan, stream: BoardStream) -> int:
        """Return how many pending rows use up a quota: nobody who has reserved or come does."""
        slots = state.users.slot_by_hash(plan.pending_users())
        users = standing(state, stream, slots[slots >= 0])
        held = held_out(self._settings, stream.stream_h, users.user_h, users.reserved)
        return int(np.count_nonzero(~users.ever & ~held))

    def _extend(self, plan: Plan, rows: Planned) -> None:
        self._planned += len(rows)
        self._book.extend(plan, rows)

    def _windows(self, board: Board, tick: Tick) -> Iterator[tuple[BoardStream, Rung]]:
        changed = board.revision != self._revision
        for rung in self._settings.rungs:
            first_ts = tick.now_ms + rung.closes_ms
            if not changed:
                first_ts = max(first_ts, self._opened_ms + rung.opens_ms + 1)
            for stream in board.scheduled_between(first_ts, tick.next_ms + rung.opens_ms):
                yield stream, rung

    def _plan(self, stream: BoardStream, rung: Rung) -> Plan | None:
        """Return the plan to be filled, a new one or one closed by a move; None if it is open."""
        start_ts = stream.record.start_ts or 0
        plan = self._book.get(announcement_h(stream.stream_id, rung.name, start_ts))
        if plan is None:
            record = PlanRecord(stream.stream_id, rung.name, start_ts, stream.host_h)
            return self._book.add(record)
        if plan.record.is_open:
            return None
        plan.record.is_open, plan.record.closed_ts = True, -1
        self._book.change_host(plan, stream.host_h)
        self._book.note_window(plan)
        return plan

    def _terms(
        self,
        state: UserState,
        plan: Plan,
        stream: BoardStream,
        slots: Ints,
        tick: Tick,
        prices: Prices,
        *,
        opens: bool = False,
    ) -> Terms:
        user_h = state.users.rows["user_h"][slots]
        left = self._announcer.invites_left(plan, stream)
        if left is not None:
            left -= self._invites_pending(state, plan, stream)
        return Terms(
            earliest_s=tick.earliest_s,
            step_s=tick.step_s,
            prices=prices,
            invites_left=left,
            invites=self._book.invites_before(plan, user_h),
            reminded=self._book.reminded(plan, user_h),
            nearer=self._announcer.nearer(plan),
            opens=opens,
        )


def _opened(plan: Plan, stream: BoardStream, eligible: tuple[int, ...]) -> Opened:
    record, rung = stream.record, plan.rung.name
    strategy = record.strategy
    return Opened(plan.announcement, record.stream_id, record.host_id, rung, eligible, strategy)


def _by_target(signals: Signals) -> Iterator[tuple[int, Ints]]:
    """Yield each target that was switched on, with the slots that did."""
    slots, targets = signals
    if not len(targets):
        return
    order = np.argsort(targets, kind="stable")
    names, first = np.unique(targets[order], return_index=True)
    yield from zip(names.tolist(), np.split(slots[order], first[1:]), strict=True)
