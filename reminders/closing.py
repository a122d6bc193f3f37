"""Streams that close: the labels of what was decided about them, and what is kept after that."""

from __future__ import annotations

from heapq import heappop, heappush

from features.hashing import U64Array
from features.state import UserState
from online_models.arrays import Bools
from online_models.example import Example
from reminders.board import Board
from reminders.newcomers import Newcomers
from reminders.outcomes import Period
from reminders.plan import Plan
from reminders.plan_book import PlanBook
from reminders.retention import Retention

__all__ = ["Closer"]

REMEMBER_MS = 7 * 86_400_000
"""How long after the close a sent `attend` still forbids another on the same rung."""


class Closer:
    """Looks at each plan when something about its end may have come, and at no other time."""

    def __init__(self, book: PlanBook, newcomers: Newcomers, retention: Retention) -> None:
        self._book = book
        self._newcomers = newcomers
        self._retention = retention
        self._agenda: list[tuple[int, int]] = []
        self._revision = -1

    def close(self, state: UserState, board: Board, now_ms: int) -> list[Example]:
        """Return the examples of streams that closed by now, by (decided_ts, stream, user).

        Of a cancelled or forgotten stream nothing can be learned: nobody could attend it.
        """
        self._arrange(board, now_ms)
        examples: list[tuple[int, int, int, str, Example]] = []
        due: dict[int, Plan] = {}
        while self._agenda and self._agenda[0][0] <= now_ms:
            plan = self._book.get(heappop(self._agenda)[1])
            if plan is not None:
                due[plan.announcement] = plan
        # All of a stream first: settled plans no longer know whom they invited.
        found = [self._label(plan, state, board, now_ms) for plan in due.values()]
        for plan, own in zip(due.values(), found, strict=True):
            self._review(plan, board, now_ms)
            for example in own:
                user_h = int(example.reminder_id[16:], 16)
                examples.append(
                    (example.decided_ts, plan.stream_h, user_h, plan.rung.name, example)
                )
        return [entry[-1] for entry in sorted(examples, key=lambda entry: entry[:-1])]

    def _note_results(self, plan: Plan, examples: list[Example]) -> None:
        """Count what became of the plan's invitations, from the sample that is known."""
        came = [one.attended for one in examples if one.sent and one.intent == "invite"]
        weight = 1.0 / plan.record.sample_rate
        attended = sum(1 for each in came if each)
        self._newcomers.learn(plan.record.host_h, weight * len(came), weight * attended)
        self._retention.learn(plan.rung.name, examples, weight)

    def _arrange(self, board: Board, now_ms: int) -> None:
        """Put new plans on the agenda, and all of them when the board is not what it was."""
        new = self._book.take_new()
        if board.revision != self._revision:
            self._revision = board.revision
            self._agenda.clear()
            new = list(self._book)
        for plan in new:
            heappush(self._agenda, (_next_ms(plan, board, now_ms), plan.announcement))

    def _label(self, plan: Plan, state: UserState, board: Board, now_ms: int) -> list[Example]:
        record, journal = plan.record, self._book.journal
        if record.closed_ts >= 0:
            return []
        record.closed_ts = _closes_ms(plan, board, now_ms)
        examples = _examples(self._book, plan, state, board)
        self._note_results(plan, examples)
        plan.labels.drop(journal)
        plan.write(journal)
        return examples

    def _review(self, plan: Plan, board: Board, now_ms: int) -> None:
        record, journal = plan.record, self._book.journal
        settled_ms = max(record.closed_ts, record.start_ts)
        if now_ms >= settled_ms:
            plan.ledger.keep_attends(journal)
            if not len(plan.ledger) or now_ms >= settled_ms + REMEMBER_MS:
                self._book.drop(plan)
                return
        heappush(self._agenda, (_next_ms(plan, board, now_ms), plan.announcement))


def _next_ms(plan: Plan, board: Board, now_ms: int) -> int:
    """Return when the plan must be looked at next, epoch ms."""
    if plan.record.closed_ts < 0:
        return _closes_ms(plan, board, now_ms)
    settled_ms = max(plan.record.closed_ts, plan.record.start_ts)
    return settled_ms + REMEMBER_MS if plan.ledger.only_attends else settled_ms


def _closes_ms(plan: Plan, board: Board, now_ms: int) -> int:
    stream = board.get(plan.record.stream_id)
    return now_ms if stream is None else board.closes_ts(stream)


def _examples(book: PlanBook, plan: Plan, state: UserState, board: Board) -> list[Example]:
    stream = board.get(plan.record.stream_id)
    if stream is None or stream.record.status == "cancelled" or not len(plan.labels):
        return []
    period = Period(plan.stream_h, plan.record.start_ts, plan.record.closed_ts)

    def invited(user_h: U64Array) -> Bools:
        return book.invites_before(plan, user_h) > 0

    return plan.labels.examples(state, plan.rung.name, plan.record.stream_id, period, invited)
