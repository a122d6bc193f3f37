"""When users are there: activity by local half-hour and day type, their own and everybody's.

What is counted is smoothed over neighbouring half-hours with a circular kernel and shrunk towards
the partition's; a reminder also finds who comes a little later, until it is opened no more.

References
----------
Shrinkage and day types as in TIM (Kuaishou, arXiv 2406.07067, section 3).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from features.row import ACTIVITY_BINS
from features.step_sums import weighted_sums
from online_models.arrays import Floats, Ints

__all__ = ["HALF_HOUR_S", "Activity", "Habits", "population_activity"]

HALF_HOUR_S = 1_800
PRIOR_EVENTS = 10.0
"""How many events of the user's own weigh as much as the partition's histogram."""
BANDWIDTH = 3
"""How many half-hours on either side habits are smoothed over, with falling weights."""
OTHER_DAYS = 0.25
"""What weekends say of weekdays, and the other way round, beside days of the same type."""
DAYS = np.array([5.0, 2.0]) / 7.0
LONGEST_DELAY = 6
"""So many half-hours after it came a reminder may still be opened, in effect."""

Activity = Callable[[Ints], tuple[npt.NDArray[np.uint8], npt.NDArray[np.float32]]]
"""Decayed events of the users in some rows, int64[n]: uint8[n, 96] in steps of float32[n] events.
Bins are (weekday, weekend) × local half-hour."""


class Habits:
    """What is known of when some users are there and open what comes.

    Parameters
    ----------
    activity
        The users' own.
    population
        float64[2, 48] from `population_activity`.
    delay_s
        Mean time from a reminder's arrival to its opening, among those who open it.
    """

    def __init__(self, activity: Activity, population: Floats, delay_s: float) -> None:
        self.delay_s = delay_s
        self._activity = activity
        self._population = population
        self._kernel = _kernel(delay_s)

    def presence(self, rows: Ints, bins: Ints) -> Floats:
        """Return float[n, m]: how likely the users in `rows` are there soon after each bin begins.

        `bins`: int64[m] of the 96, in any order; proportional to p(active soon).
        """
        used, at = np.unique(bins, return_inverse=True)
        day, half_hour = used // ACTIVITY_BINS, used % ACTIVITY_BINS
        around = self._kernel[(np.arange(ACTIVITY_BINS) - half_hour[:, None]) % ACTIVITY_BINS]
        smooth = (around * self._population[day]).sum(axis=1)
        counted = np.where(np.arange(2) == day[:, None], 1.0, OTHER_DAYS) / DAYS
        weights = counted[:, :, None] * around[:, None, :]
        weights = weights.reshape(1, len(used), 2 * ACTIVITY_BINS)
        steps, unit = self._activity(rows)
        seen = weighted_sums(steps, unit, weights, np.zeros(len(steps), np.int64)).T
        return np.asarray((seen + PRIOR_EVENTS * smooth)[:, at])


def population_activity(activity: npt.NDArray[np.float16]) -> Floats:
    """Return float64[2, 48] that sums to 1 a day type: what share of activity each bin holds.

    `activity` is float16[n, 96]. Sums are exact integers of 1/64 events, so that the order of
    the users does not matter; one event a bin is added, so that no bin is empty.
    """
    events = np.minimum(activity.astype(np.float32), 1_024.0)
    total = 64.0 + np.rint(events * 64.0).sum(axis=0, dtype=np.float64).reshape(2, ACTIVITY_BINS)
    a_day = total / DAYS[:, None]
    a_day += OTHER_DAYS * a_day[::-1]
    return np.asarray(a_day / a_day.sum(axis=1, keepdims=True))


def _kernel(delay_s: float) -> Floats:
    """Return float64[48]: how much presence so many half-hours later, circular, counts.

    It is opened after an exponential delay, while habits are known to some half-hours only.
    """
    later = np.arange(LONGEST_DELAY)
    opened = np.exp(later * (-HALF_HOUR_S / delay_s))
    near = BANDWIDTH + 1.0 - np.abs(np.arange(-BANDWIDTH, BANDWIDTH + 1))
    kernel = np.zeros(ACTIVITY_BINS)
    np.add.at(kernel, np.arange(-BANDWIDTH, BANDWIDTH + LONGEST_DELAY), np.convolve(near, opened))
    return np.asarray(kernel / kernel.sum())
