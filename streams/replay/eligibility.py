"""Who could have been reminded of a stream, as an outsider sees it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import numpy as np

from config.decision import Guardrails
from features.contracts import Reminder
from online_models.arrays import Bools
from streams.replay.past import Past
from streams.replay.records import person_id
from streams.replay.schedule import DAY_S, WEEK_S, Start
from streams.replay.timeline import PLAN_LEAD_S, SEND_LEAD_S

__all__ = ["Eligibility", "Invited"]


class Invited:
    """Who was invited when, and whether the caps allowed one more.

    Parameters
    ----------
    reminders
        All that were sent, in any order; only those before a window count for its caps.
    """

    def __init__(self, reminders: Iterable[Reminder], caps: Guardrails) -> None:
        self._caps = caps
        self._sent_s: dict[str, list[int]] = defaultdict(list)
        for reminder in reminders:
            self._sent_s[reminder.user_id].append(reminder.send_ts // 1_000)

    def allowed(self, user_id: str, opens_s: int, closes_s: int) -> bool:
        """Return whether the invitations before a window allowed one more at its end."""
        ages = [closes_s - sent for sent in self._sent_s.get(user_id, []) if sent < opens_s]
        if not ages:
            return True
        return (
            min(ages) >= self._caps.min_gap_minutes * 60
            and sum(age <= DAY_S for age in ages) < self._caps.max_invites_24h
            and sum(age <= WEEK_S for age in ages) < self._caps.max_invites_7d
        )


class Eligibility:
    """The set from which the system and its rivals choose, for each stream.

    Parameters
    ----------
    reminders, caps
        As for `Invited`.
    """

    def __init__(self, past: Past, reminders: Iterable[Reminder], caps: Guardrails) -> None:
        self._past = past
        self._invited = Invited(reminders, caps)
        self._ids = [person_id(number) for number in past.people.tolist()]

    def of(self, start: Start) -> Bools:
        """Return bool[P]: who was eligible when the window opened, where `past` must stand.

        Known, not among the film's raters, and by the invitations before the window allowed one
        more at its end.
        """
        opens_s, closes_s = start.start_s - PLAN_LEAD_S, start.start_s - SEND_LEAD_S
        eligible = (self._past.first_s <= opens_s) & ~self._past.rated[:, start.film]
        for row in np.flatnonzero(eligible).tolist():
            eligible[row] = self._invited.allowed(self._ids[row], opens_s, closes_s)
        return eligible
