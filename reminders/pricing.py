"""The price of a reminder: fixed, or adapting to a target number of invitations a day."""

from __future__ import annotations

from typing import NamedTuple

import msgspec
import numpy as np

from features.state import UserState
from online_models.arrays import Bools, Floats
from reminders.guardrails import local_quiet
from reminders.settings import DecisionSettings

__all__ = ["Prices", "Pricing", "PricingRecord"]

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
LOWEST_PRICE, HIGHEST_PRICE = 0.000_5, 0.5
PLANNED_BELOW = 0.25
"""Planned is what is worth this part of the price: it may have fallen when the time comes."""
MOST_OF_DAY = 1.05
"""In any rolling 24 h at most this much of a day's target is sent."""
SPARE = 0.02
STEEPNESS = 8.0
SAMPLE_USERS = 4_096


class Prices(NamedTuple):
    """What a reminder of each intent must be worth more than."""

    invite: float
    attend: float

    def of(self, attend: Bools) -> Floats:
        """Return float64[n]: the price of each reminder."""
        return np.where(attend, self.attend, self.invite)


class PricingRecord(msgspec.Struct, array_like=True):
    """What must survive a restart.

    Attributes
    ----------
    price
        What an invitation must be worth more than.
    credit
        Invitations that may be sent now.
    at_ms
        When the credit was reckoned, epoch ms; −1 before the first time.
    hour, awake
        The hour since 1970 in which was measured how many times more users than on the average
        of a day are outside their quiet hours.
    sent
        (hour, invitations) of the last 25 hours.
    """

    price: float
    credit: float = 0.0
    at_ms: int = -1
    hour: int = -1
    awake: float = 1.0
    sent: list[tuple[int, int]] = []


class Pricing:
    """A token bucket that fills with the target while users are awake, and a price that empties it.

    Credit accrues in proportion to the users outside their quiet hours, so that a day's target is
    spent by the end of the day. The price falls while credit is left over, and rises when it is
    short; what credit does not cover is not sent, whatever it is worth. So the target is met as
    long as there are enough reminders of any worth, and exceeded by 5 % at most.

    With `invites_per_user_day` of None the price is `send_price` for ever; that of an `attend`
    always is.
    """

    def __init__(self, settings: DecisionSettings) -> None:
        self.record = PricingRecord(settings.send_price)
        self._attend = settings.send_price
        self._target = settings.invites_per_user_day

    @property
    def adapts(self) -> bool:
        """Whether there is a target to meet."""
        return self._target is not None

    @property
    def prices(self) -> Prices:
        """The prices at the time of sending."""
        return Prices(self.record.price, self._attend)

    @property
    def planning_prices(self) -> Prices:
        """The prices at the time of planning."""
        return Prices(self.record.price * (PLANNED_BELOW if self.adapts else 1.0), self._attend)

    def advance(self, state: UserState, now_ms: int) -> None:
        """Let time come to `now_ms`: credit accrues and the price follows."""
        if self._target is None:
            return
        record, day = self.record, self._target * len(state.users)
        self._measure(state, now_ms)
        past_ms = 0 if record.at_ms < 0 else min(now_ms - record.at_ms, DAY_MS)
        record.at_ms = now_ms
        record.credit = min(record.credit + day * record.awake * past_ms / DAY_MS, day)
        surplus = record.credit / day - SPARE if day > 0.0 else 0.0
        halvings = STEEPNESS * min(surplus, 0.25) * past_ms / HOUR_MS
        record.price = float(np.clip(record.price * 0.5**halvings, LOWEST_PRICE, HIGHEST_PRICE))

    def invites_left(self, state: UserState) -> int | None:
        """Return how many invitations may be sent now; None: any number."""
        if self._target is None:
            return None
        hour = self.record.at_ms // HOUR_MS
        recent = sum(count for at, count in self.record.sent if at > hour - 25)
        most = MOST_OF_DAY * self._target * len(state.users) - recent
        return max(int(min(self.record.credit, most)), 0)

    def spend(self, invites: int) -> None:
        """Count invitations that are being sent."""
        if self._target is None or not invites:
            return
        record = self.record
        record.credit -= invites
        hour = record.at_ms // HOUR_MS
        sent = dict(entry for entry in record.sent if entry[0] > hour - 25)
        sent[hour] = sent.get(hour, 0) + invites
        record.sent = sorted(sent.items())

    def _measure(self, state: UserState, now_ms: int) -> None:
        """Measure once an hour how many users are awake, beside the average of the next day."""
        record, hour = self.record, now_ms // HOUR_MS
        if hour == record.hour:
            return
        record.hour, record.awake = hour, 1.0
        slots = state.users.live_slots()[:SAMPLE_USERS]
        if len(slots):
            quiet = local_quiet(state, slots, np.ones(len(slots), np.bool_))
            at_s = np.full(len(slots), now_ms // 1_000)
            awake = [float((~quiet.quiet_at(at_s + ahead * 3_600)).mean()) for ahead in range(24)]
            mean = sum(awake) / 24.0
            record.awake = awake[0] / mean if mean > 0.0 else 1.0
