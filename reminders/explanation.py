"""Why a user would be reminded of a stream or not, by the planner's own functions."""

from __future__ import annotations

import numpy as np

from features.crowd import crowd_of
from features.state import UserState
from online_models.arrays import Bools, Ints
from online_models.snapshot import ModelSnapshot
from reminders.appraisal import appraise
from reminders.board import Board
from reminders.board_stream import BoardStream
from reminders.due_rows import DueRows, due_rows, stream_barrier
from reminders.explanation_texts import NOT_PLANNED
from reminders.ladder import Rung
from reminders.plan import Plan, PlanRecord
from reminders.plan_run import PLANNED
from reminders.planner import Planner
from reminders.reminder_id import announcement_h
from reminders.rung_explanation import RungExplanation, Verdict, explanation_of
from reminders.selector import Terms
from reminders.suppression import REASONS, SENDABLE, Suppression
from reminders.tick import Tick
from reminders.trials import PRIORS, trials_of

__all__ = ["ExplainingPlanner"]


class ExplainingPlanner(Planner):
    """A planner that was restored only to be asked; the state stays as it is."""

    def explain(
        self,
        state: UserState,
        board: Board,
        snapshot: ModelSnapshot,
        user_id: str,
        stream: BoardStream,
        rung: Rung,
        now_ms: int,
    ) -> RungExplanation:
        """Return what becomes of a known user and a stream with a start on one rung."""
        self._settle()
        self._pricing.advance(state, now_ms)
        slots = state.users.slots_of([user_id], create=False)
        plan, known = self._plan_of(state, stream, rung, now_ms)
        planned_s = _pending_s(plan, int(state.users.rows["user_h"][slots[0]]))
        chosen_s, left_out = self._choose(state, snapshot, stream, plan, slots, now_ms)
        at_s = chosen_s if planned_s is None else max(planned_s, now_ms // 1_000)
        due = self._due_at(state, stream, plan, slots, at_s)
        about = self._announcer.announcement(plan, stream, snapshot, at_s * 1_000)
        invites = self._book.invites_before(plan, due.users.user_h)
        appraisal = appraise(state, about, slots, invites)
        decides = self._first_obstacle(state, board, snapshot, due, now_ms)
        if planned_s is None and decides is None:
            opened = known and plan.record.is_open and now_ms // 1_000 >= plan.window(0).first_s
            decides = left_out or (NOT_PLANNED if opened else None)
        price = self._pricing.prices.of(due.users.reserved)
        trial = trials_of(about, due.users, appraisal.worth, price)
        cheap = (appraisal.scores.value <= price) & ~trial.on
        also = self._obstacles(state, due, ~appraisal.tied, cheap)
        verdict = Verdict(
            held_by=() if decides is None else tuple(dict.fromkeys((decides, *also))),
            planned=planned_s is not None,
            on_trial=bool(trial.on[0]),
            by_prior=bool(trial.on[0]) and int(trial.level[0]) == PRIORS,
            price=float(price[0]),
            invites=invites,
            strategies=appraisal.strategies,
            host_name=board.host_name,
        )
        return explanation_of(state, about, due, appraisal, verdict)

    def _plan_of(
        self, state: UserState, stream: BoardStream, rung: Rung, now_ms: int
    ) -> tuple[Plan, bool]:
        """The plan of the announcement, or what it would be; and whether there is one."""
        start_ts = stream.record.start_ts or 0
        plan = self._book.get(announcement_h(stream.stream_id, rung.name, start_ts))
        if plan is not None:
            return plan, True
        record = PlanRecord(stream.stream_id, rung.name, start_ts, stream.host_h)
        record.crowd = crowd_of(state, stream.stream_h, stream.host_h, now_ms)
        return Plan(record, rung), False

    def _choose(
        self,
        state: UserState,
        snapshot: ModelSnapshot,
        stream: BoardStream,
        plan: Plan,
        slots: Ints,
        now_ms: int,
    ) -> tuple[int, str | None]:
        """The second that planning would choose, or the next possible one and why none is."""
        earliest_s = now_ms // 1_000
        about = self._announcer.announcement(plan, stream, snapshot, now_ms)
        user_h = state.users.rows["user_h"][slots]
        terms = Terms(
            earliest_s=earliest_s,
            step_s=0,
            prices=self._pricing.planning_prices,
            invites_left=self._announcer.invites_left(plan, stream),
            invites=self._book.invites_before(plan, user_h),
            reminded=self._book.reminded(plan, user_h),
            nearer=self._announcer.nearer(plan),
        )
        rows, left_out, *_ = self._selector.choose(state, plan, about, slots, terms)
        if len(rows):
            return int(rows["due_s"][0]), None
        return max(earliest_s, plan.window(0).first_s), next(iter(left_out), None)

    def _due_at(
        self, state: UserState, stream: BoardStream, plan: Plan, slots: Ints, at_s: int
    ) -> DueRows:
        row = np.zeros(1, PLANNED)
        row["user_h"], row["due_s"] = state.users.rows["user_h"][slots], at_s
        row["propensity"] = 1.0
        return due_rows(self._settings, state, self._book, plan, stream, row, self._tick(at_s))

    def _tick(self, at_s: int) -> Tick:
        return Tick.of(-1, at_s * 1_000, simulated=self._settings.simulated_time)

    def _first_obstacle(
        self, state: UserState, board: Board, snapshot: ModelSnapshot, due: DueRows, now_ms: int
    ) -> str | None:
        """What the planner itself would hold it back by; None: it would be sent."""
        stream, reason = stream_barrier(board, due.plan, now_ms)
        if stream is None:
            return reason
        slot, at_s = due.users.slots[0], int(due.send_s[0])
        before = state.users.rows[slot].copy()
        self._dispatch(state, board, snapshot, self._tick(at_s)).decide(state, [due])
        state.users.rows[slot] = before
        code = int(due.codes[0])
        return None if code == SENDABLE else REASONS[code].value

    def _obstacles(self, state: UserState, due: DueRows, untied: Bools, cheap: Bools) -> list[str]:
        """Everything that is against it, in the planner's order."""
        users, plan, attend = due.users, due.plan, bool(due.users.reserved[0])
        reminded = plan.ledger.users.contains(users.user_h) | (
            users.reserved & self._book.reminded(plan, users.user_h)
        )
        found = {
            Suppression.NO_CONSENT: ~users.push,
            Suppression.MUTED: users.muted,
            Suppression.ALREADY_ATTENDED: users.attended,
            Suppression.NOT_RESERVED: users.ever & ~users.reserved & ~users.attended,
            Suppression.NO_PERSONALIZATION: ~users.personal & ~users.reserved & ~users.follows,
            Suppression.DUPLICATE: reminded,
            Suppression.QUIET_HOURS: due.quiet.quiet_at(due.send_s),
            Suppression.NO_TIE: untied,
            Suppression.BELOW_PRICE: cheap & ~untied,
            Suppression.HOLDOUT: due.held_out,
        }
        codes = [reason.value for reason, holds in found.items() if holds[0]]
        left = self._announcer.invites_left(plan, due.stream)
        if not attend:
            cap = int(self._caps.check(state.users.rows["sends"][users.slots], due.send_s)[0])
            codes += [] if cap == SENDABLE else [REASONS[cap].value]
            codes += [] if left is None or left > 0 else [Suppression.QUOTA.value]
        return codes


def _pending_s(plan: Plan, user_h: int) -> int | None:
    """When the user's row of the plan is due, epoch seconds; None without one."""
    for run in plan.runs.values():
        rows = run.pending()
        mine = rows["due_s"][rows["user_h"] == np.uint64(user_h)]
        if len(mine):
            return int(mine[0])
    return None
