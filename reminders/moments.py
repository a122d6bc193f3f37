"""When each user would be reminded on a rung: at a personal, a random or the nominal minute."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from features.hashing import U64Array, hash64, uniform
from features.row import ACTIVITY_BINS
from features.state import UserState
from online_models.arrays import Floats, Ints
from reminders.appraisal import Announcement
from reminders.guardrails import Standing, local_quiet, quiet_hours_bind
from reminders.habits import Activity, Habits, population_activity
from reminders.journal import Journal
from reminders.open_delay import OpenDelay
from reminders.plan import Plan
from reminders.settings import DecisionSettings
from reminders.timing import Minutes, SendWindow, nominal_minutes, personal_minutes

__all__ = ["Moments"]

_POPULATION_USERS = 16_384
"""How many users, the first by hash, stand for all in the partition's histogram."""
_CHUNK = 4096
_EXPLORE, _SLOT, _MINUTE = (hash64(f"minute/{part}") for part in ("explore", "slot", "inside"))


class Moments:
    """Chooses moments; remembers the partition's activity of the hour, and the delay of openings.

    The histogram is part of the state, since a restart within the hour must not change it.
    """

    def __init__(self, settings: DecisionSettings, journal: Journal) -> None:
        self.delay = OpenDelay(journal)
        self._population = np.empty((0, ACTIVITY_BINS))
        self._population_hour = -1
        self._settings = settings

    def measured(self) -> tuple[int, bytes]:
        """Return the hour whose activity was measured last, and the measure, for `restore`."""
        return self._population_hour, self._population.tobytes()

    def restore(self, hour: int, population: bytes) -> None:
        """Put back what was measured."""
        self._population_hour = hour
        self._population = np.frombuffer(population).reshape(-1, ACTIVITY_BINS)

    def of(
        self,
        state: UserState,
        plan: Plan,
        about: Announcement,
        users: Standing,
        earliest_s: int,
        step_s: int,
    ) -> Minutes:
        """Return each user's moment from `earliest_s` on; a nominal one that is past is missed.

        It goes out within `step_s` of that moment.
        """
        due, window = Minutes.none(len(users)), plan.window(earliest_s)
        rows = np.flatnonzero(users.personal)
        due.put(rows, self.personal(state, plan, about, users.take(rows), window, step_s))
        rows = np.flatnonzero(~users.personal)
        others = users.take(rows)
        binding = quiet_hours_bind(self._settings, plan.rung, others.reserved)
        quiet = local_quiet(state, others.slots, binding)
        for step in (0, step_s):
            nominal_s = nominal_minutes(quiet, plan.nominal_s, plan.window(0), step)
            due.due_s[rows] = np.where(nominal_s >= earliest_s, nominal_s, due.due_s[rows])
        return due

    def personal(
        self,
        state: UserState,
        plan: Plan,
        about: Announcement,
        users: Standing,
        window: SendWindow,
        step_s: int,
    ) -> Minutes:
        """Return the personal minutes in a window, whether or not users agree to such."""
        binding = quiet_hours_bind(self._settings, about.rung, users.reserved)
        seed, share = self._settings.seed, self._settings.explore / len(self._settings.rungs)
        uniforms = [
            self._explored(about, users.user_h, share),
            uniform(seed, _SLOT, users.user_h, plan.announcement),
            # The same for all streams, so that a user's invitations meet and the best one goes.
            uniform(seed, _MINUTE, users.user_h),
        ]
        own, everybodys = _activity_of(state, users.slots), self._of_all(state, about.now_ms)
        return personal_minutes(
            local_quiet(state, users.slots, binding),
            Habits(own, everybodys, self.delay.mean_s),
            np.stack(uniforms, axis=1),
            window,
            share,
            step_s,
        )

    def _explored(self, about: Announcement, user_h: U64Array, share: float) -> Floats:
        """Return float64[n], even in [0, 1): below `share` where the minute is drawn at random.

        No user and stream have a random minute on more than one rung.
        """
        drawn = uniform(self._settings.seed, _EXPLORE, user_h, about.stream.stream_h)
        return np.asarray((drawn - share * self._settings.rungs.index(about.rung)) % 1.0)

    def _of_all(self, state: UserState, now_ms: int) -> Floats:
        hour = now_ms // 3_600_000
        if hour != self._population_hour:
            self._population_hour = hour
            sample = state.users.live_slots()[:_POPULATION_USERS]
            self._population = population_activity(
                _read_all(_activity_of(state, sample), len(sample))
            )
        return self._population


def _activity_of(state: UserState, slots: Ints) -> Activity:
    """Return how to read events by half-hour of the users in `slots`."""
    steps = state.users.rows["activity"].reshape(-1, 2 * ACTIVITY_BINS)
    units = state.users.rows["activity_unit"]
    return lambda rows: (steps[slots[rows]], units[slots[rows]])


def _read_all(activity: Activity, count: int) -> npt.NDArray[np.float16]:
    """Return float16[n, 96]; in parts, since what each is made of takes more room."""
    found = np.empty((count, 2 * ACTIVITY_BINS), np.float16)
    for start in range(0, count, _CHUNK):
        rows = np.arange(start, min(start + _CHUNK, count))
        steps, units = activity(rows)
        found[rows] = steps * units[:, None]
    return found
