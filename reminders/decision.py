"""What a decision is: the reminders that are due now, by announcement, and what was held back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from features.contracts import Intent
from features.hashing import U64Array
from features.registry import FEATURE_INDEX
from features.texts import Texts
from online_models.arrays import Bools, Floats, Ints
from online_models.neighbourhood import Neighbourhood
from reminders.board_stream import BoardStream
from reminders.ladder import Rung

__all__ = ["Decision", "DueGroup", "Opened"]


@dataclass
class DueGroup:
    """Reminders of one stream, rung, start and intent that are to be sent now, n users.

    Users are ordered by (send_ts, user_h).

    Attributes
    ----------
    announcement
        `reminder_id.announcement_h` of stream, rung and start.
    slots, user_h, user_ids
        int64[n], uint64[n] and ids of the users.
    send_ts
        int64[n], epoch ms, whole seconds.
    score, value
        float64[n]: p(attend | sent), and what it was judged by: incremental probability of
        attendance less mute risk, on trial the prior's.
    design, line
        float64[m, F], the features in registry order of all who were weighed, and int64[n], which
        of these lines each user has: on that it was decided.
    priors
        float64[n, 5]: what the prior alone said, in the order of `PRIOR_NAMES`.
    personal
        bool[n]: consent.personalization.
    propensity, explore
        float64[n] in (0, 1] and bool[n], of whether (`reminders.trials`) and when it is sent;
        whoever chooses copies and covers multiplies theirs in.
    cohort, strategy
        int64[n]: the arm of an experiment (`reminders.cohorts`), and the place in `STRATEGIES` of
        what scored the user.
    near
        What binds the host to others, as it was looked at.
    copy_ids, cover_ids, segments, copy_ages
        What was shown and to which segment, and how long ago the same copy was before
        (`online_models.wear`), one a user, set by whoever chooses it; empty when nobody does.
    """

    announcement: int
    stream: BoardStream
    rung: Rung
    start_ts: int
    intent: Intent
    slots: Ints
    user_h: U64Array
    user_ids: Texts
    send_ts: Ints
    score: Floats
    value: Floats
    design: Floats
    line: Ints
    priors: Floats
    personal: Bools
    propensity: Floats
    explore: Bools
    cohort: Ints
    strategy: Ints
    near: Neighbourhood | None
    model_version: int
    copy_ids: Sequence[str | None] = ()
    cover_ids: Sequence[str | None] = ()
    segments: Sequence[str] = ()
    copy_ages: Ints = field(default_factory=lambda: np.zeros(0, np.int64))

    def __len__(self) -> int:
        return len(self.slots)

    def features(self, rows: Ints | slice) -> Floats:
        """Return float64[k, F]: what the users in `rows` were decided on."""
        return np.asarray(self.design.T.take(self.line[rows], axis=1).T)

    def feature(self, name: str) -> Floats:
        """Return float64[n]: one feature of all users."""
        return np.asarray(self.design[:, FEATURE_INDEX[name]][self.line])


@dataclass(frozen=True, slots=True)
class Opened:
    """An announcement whose window opened, and for how many users no rule forbade it then.

    `eligible`: by cohort (`reminders.cohorts`); `strategy`: what the stream names.
    """

    announcement: int
    stream_id: str
    host_id: str | None
    rung: str
    eligible: tuple[int, ...]
    strategy: str | None = None


@dataclass(frozen=True)
class Decision:
    """The outcome of one call.

    Attributes
    ----------
    groups
        Ordered by (first send_ts, stream_h, rung, intent).
    suppressed
        How many reminders were held back for good, by reason code.
    held_out
        What would have been sent to the holdout, for comparison.
    opened
        The announcements that were planned.
    planned, due
        How many reminders were given a minute, and of how many the minute came; one that is put
        off is due again.
    """

    groups: list[DueGroup]
    suppressed: dict[str, int]
    held_out: list[DueGroup] = field(default_factory=list)
    opened: list[Opened] = field(default_factory=list)
    planned: int = 0
    due: int = 0

    def __len__(self) -> int:
        return sum(map(len, self.groups))
