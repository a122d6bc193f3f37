"""What reminders do to people: they open them, reserve, come, ignore them, or mute the app."""

from __future__ import annotations

import numpy as np

from features.contracts import Feedback, FeedbackType, Reminder
from features.hashing import FloatArray
from streams.simulation.agenda import Agenda, Coming
from streams.simulation.people import People
from streams.simulation.programme import Programme, Show
from streams.simulation.visits import Visits

__all__ = ["Responses"]

_MINUTE_MS = 60_000
_DAY_MS = 24 * 60 * _MINUTE_MS
_LOSS = 0.02
_MUTING = 0.006
_HALF_LIFE_MS = _DAY_MS


class Responses:
    """Draws what becomes of each reminder and notes it on the agenda.

    Attributes
    ----------
    muted : bool[n], who has switched pushes off.
    pressure : float64[n], reminders of late, with a half-life of a day.
    """

    def __init__(
        self, people: People, programme: Programme, visits: Visits, agenda: Agenda
    ) -> None:
        self.muted = np.zeros(len(people), bool)
        self.pressure: FloatArray = np.zeros(len(people))
        self._pressed_ts = np.zeros(len(people), np.int64)
        self._people = people
        self._programme = programme
        self._visits = visits
        self._agenda = agenda
        self._index = {user_id: place for place, user_id in enumerate(people.ids)}

    def respond(self, reminder: Reminder, now: int, rng: np.random.Generator) -> None:
        """Take a reminder that was read at `now` (epoch ms); nothing happens before that."""
        person = self._index.get(reminder.user_id)
        show = self._programme.shows.get(reminder.stream_id)
        lost, tapped, delay, wanted, came, late, annoyed = rng.random(7).tolist()
        if person is None or lost < _LOSS:
            return
        arrived = max(reminder.send_ts, now) + 1_000
        self._feedback("delivered", person, arrived, reminder.reminder_id)
        self._press(person, arrived)
        liking = 0.0 if show is None else float(self._people.liking[person, show.host])
        looks = float(self._people.attention(arrived)[person])
        keen = self._people.tap[person] * (0.2 + 0.8 * liking) * min(looks, 2.0)
        opened = tapped < keen / (1 + 0.2 * self.pressure[person])
        opened_ts = arrived + int(-4 * _MINUTE_MS * np.log1p(-delay))
        if opened and opened_ts < reminder.expires_ts:
            self._feedback("opened", person, opened_ts, reminder.reminder_id)
            if show is not None:
                self._decide(reminder, person, show, opened_ts, (wanted, came, late))
        elif tapped > 0.8:
            self._feedback("dismissed", person, opened_ts, reminder.reminder_id)
        fits = 1 - liking
        bearing = self.pressure[person] / self._people.patience[person]
        if not self.muted[person] and annoyed < _MUTING * fits**2 * bearing:
            self.muted[person] = True
            self._feedback("muted", person, opened_ts + 5_000, None)

    def _decide(
        self,
        reminder: Reminder,
        person: int,
        show: Show,
        opened_ts: int,
        drawn: tuple[float, float, float],
    ) -> None:
        """Having opened it, reserve and come, or not."""
        wanted, came, late = drawn
        liking = float(self._people.liking[person, show.host])
        reserves = reminder.intent == "invite" and wanted < 0.3 + 0.5 * liking
        if reserves:
            self._visits.reserve(person, show, opened_ts + 15_000, reminder.reminder_id)
        bound = reserves or reminder.intent == "attend"
        if came < (0.25 if bound else 0.1) + 0.6 * liking:
            start_ts = max(show.start_ts, opened_ts + 30_000)
            ts = start_ts + int(-5 * _MINUTE_MS * np.log1p(-late))
            self._agenda.note(ts, Coming(person, show.stream_id, reminder.reminder_id))

    def _press(self, person: int, ts: int) -> None:
        age = ts - self._pressed_ts[person]
        self.pressure[person] = 1 + self.pressure[person] * 0.5 ** (age / _HALF_LIFE_MS)
        self._pressed_ts[person] = ts

    def _feedback(self, kind: FeedbackType, person: int, ts: int, reminder_id: str | None) -> None:
        event = Feedback(
            event_id=self._visits.event_id(),
            type=kind,
            user_id=self._people.ids[person],
            ts=ts,
            reminder_id=reminder_id,
        )
        self._agenda.note(ts, event)
