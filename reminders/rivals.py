"""Of two invitations too near to each other the better one goes, though it is due later."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from features.hashing import U64Array
from features.state import UserState
from online_models.arrays import Floats, Ints
from reminders.appraisal import Announcement, worth_of
from reminders.board import Board
from reminders.board_stream import BoardStream
from reminders.guardrails import forbidden, standing
from reminders.holdout import held_out
from reminders.plan import Plan
from reminders.plan_book import PlanBook
from reminders.settings import DecisionSettings
from reminders.suppression import SENDABLE

__all__ = ["Coming", "Outlook", "Rivals"]


class Coming(NamedTuple):
    """Invitations to one stream that some users are soon due: `user_h` uint64[n], when
    (`due_s`, int64[n], epoch seconds) and what each is worth (`value`, float64[n]).
    """

    stream_h: int
    user_h: U64Array
    due_s: Ints
    value: Floats


@dataclass(frozen=True)
class Rivals:
    """What is best of all that comes to each user, and best of the other streams.

    Attributes
    ----------
    user_h
        uint64[n], ascending.
    stream_h, due_s, value
        uint64, int64 and float64[2, n]; worth −inf where there is none.

    Examples
    --------
    >>> ann = np.array([7], np.uint64)
    >>> soon = [Coming(s, ann, np.array([10 * s]), np.array([s / 10])) for s in (1, 2)]
    >>> rivals = Rivals.of(soon)
    >>> [rivals.against(ann, stream)[0].tolist() for stream in (1, 2, 3)]
    [[0.2], [0.1], [0.2]]
    """

    user_h: U64Array
    stream_h: U64Array
    due_s: Ints
    value: Floats

    @classmethod
    def of(cls, soon: Iterable[Coming]) -> Rivals:
        """Return the best two streams of each user; of a stream the best moment."""
        known = list(soon)
        user = np.concatenate([np.zeros(0, np.uint64), *(one.user_h for one in known)])
        due = np.concatenate([np.zeros(0, np.int64), *(one.due_s for one in known)])
        value = np.concatenate([np.zeros(0), *(one.value for one in known)])
        streams = np.array([one.stream_h for one in known], np.uint64)
        stream = np.repeat(streams, [len(one.user_h) for one in known])
        order = np.lexsort((due, stream, -value, user))
        user, due, value, stream = user[order], due[order], value[order], stream[order]
        users, first = np.unique(user, return_index=True)
        of_user = np.repeat(np.arange(len(users)), np.diff(first, append=len(user)))
        other = np.flatnonzero(stream != stream[first][of_user])
        later, at = np.unique(of_user[other], return_index=True)
        columns = (
            np.zeros((2, len(users)), np.uint64),
            np.zeros((2, len(users)), np.int64),
            np.full((2, len(users)), -np.inf),
        )
        for column, every in zip(columns, (stream, due, value), strict=True):
            column[0], column[1, later] = every[first], every[other[at]]
        return cls(users, *columns)

    def against(self, user_h: U64Array, stream_h: int) -> tuple[Floats, Ints]:
        """Return the value of each user's best invitation to another stream, and when it is due.

        `user_h` is uint64[n]; float64[n], −inf where there is none, and int64[n], epoch seconds.
        """
        value, due_s = np.full(len(user_h), -np.inf), np.zeros(len(user_h), np.int64)
        if len(self.user_h):
            at = np.minimum(np.searchsorted(self.user_h, user_h), len(self.user_h) - 1)
            known = np.flatnonzero(self.user_h[at] == user_h)
            at = at[known]
            place = (self.stream_h[0, at] == np.uint64(stream_h)).astype(np.int64)
            value[known], due_s[known] = self.value[place, at], self.due_s[place, at]
        return value, due_s


@dataclass(frozen=True)
class Outlook:
    """What is planned for users shortly after now.

    Attributes
    ----------
    about
        What a plan is about, as of now.
    after_s, until_s
        What is due after the one second and by the other, epoch seconds.
    """

    state: UserState
    board: Board
    book: PlanBook
    settings: DecisionSettings
    about: Callable[[Plan, BoardStream], Announcement]
    after_s: int
    until_s: int

    def coming(self, user_h: U64Array, invited: set[int]) -> Iterator[Coming]:
        """Yield the invitations of users (uint64[n]), stream by stream.

        `invited`: the streams, by hash, to which they are about to be invited; a single one is no
        rival of itself. Those that a rule forbids now are left out, and the holdout's.
        """
        for plan in self.book:
            if invited == {plan.stream_h} or not plan.due_by(self.until_s):
                continue
            stream = self.board.get(plan.record.stream_id)
            if stream is not None:
                yield from self._coming_to(plan, stream, user_h)

    def _coming_to(self, plan: Plan, stream: BoardStream, user_h: U64Array) -> Iterator[Coming]:
        state, due_s = self.state, plan.pending_due(user_h)
        rows = np.flatnonzero((due_s > self.after_s) & (due_s <= self.until_s))
        if not len(rows):
            return
        users = standing(state, stream, state.users.slot_by_hash(user_h[rows]))
        free = (forbidden(users) == SENDABLE) & ~users.reserved
        free &= ~held_out(self.settings, plan.stream_h, users.user_h, users.reserved)
        rows, slots = rows[free], users.slots[free]
        if len(rows):
            invites = self.book.invites_before(plan, user_h[rows])
            worth = worth_of(state, self.about(plan, stream), slots, invites)
            yield Coming(plan.stream_h, user_h[rows], due_s[rows], worth.value)
