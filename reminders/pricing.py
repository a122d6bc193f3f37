"""The price of a reminder: fixed, or adapting to a target number of invitations a day."""

from __future__ import annotations

import math
from typing import NamedTuple

import msgspec
import numpy as np

from features.state import UserState
from online_models.arrays import Bools, Floats
from reminders.demand import LOWEST_PRICE, Demand
from reminders.guardrails import local_quiet
from reminders.journal import DEMAND, PRICE, Journal
from reminders.settings import DecisionSettings

__all__ = ["Prices", "Pricing"]

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
PLANNED_BELOW = 0.25
"""Planned is what is worth this part of the price: it may have fallen when the time comes."""
MOST_OF_DAY = 1.05
"""In any 24 hours at most this much of a day's target is sent, or the next whole number."""
CATCH_UP = 4.0
"""What is sought beyond the target, for each part of it that the last day fell short."""
MOST_SOUGHT = 3.0
"""In days' targets."""
MOST_UNSPENT = 0.03
"""On the first day credit beyond this part of the day's target has the price fall."""
LATELY_HOURS = 2
"""As what came up in so many hours tells."""
FALL_AN_HOUR = 0.5
"""The price falls no faster, since nobody counted what is worth much less than it was."""
SAMPLE_USERS = 4_096
_PRICE_KEY = b"\xff" + PRICE


class Prices(NamedTuple):
    """What a reminder of each intent must be worth more than.

    `sending`: the price of an invitation when it is sent, which may be above that of planning it.
    """

    invite: float
    attend: float
    sending: float

    def of(self, attend: Bools) -> Floats:
        """Return float64[n]: the price of each reminder."""
        return np.where(attend, self.attend, self.invite)


class PricingRecord(msgspec.Struct, array_like=True):
    """What must survive a restart, beside the demand.

    Attributes
    ----------
    price
        What an invitation must be worth more than.
    credit
        Invitations that may be sent now, whole ones. It begins with half of one, so that over many
        small partitions as much is rounded up as down.
    at_ms
        When the credit was reckoned, epoch ms; −1 before the first time.
    hour, awake
        The hour since 1970 in which was measured how many times more users than on the average
        of a day are outside their quiet hours.
    """

    price: float
    credit: float = 0.5
    at_ms: int = -1
    hour: int = -1
    awake: float = 1.0


class Pricing:
    """A shadow price that would have let a day's target through, and a bucket that holds to it.

    The best use of a volume is one price for all hours: what is worth most goes, whenever it
    comes up. So the price is that at which the invitations of the last 24 h that passed all other
    rules (`reminders.demand`) would have come to the target, and a little more or less as that
    day's sends fell short of it or exceeded it. On the first day it is the same for the hours
    that there were, by their share of the time for which users are awake.

    Credit accrues in proportion to the users outside their quiet hours, and what it does not
    cover is not sent, whatever it is worth: the target is exceeded by 5 % at most, or by the
    rest to a whole number, which the next days make up for.

    Nobody knows on the first day what the evening brings. So credit that is left over is a sign
    that what comes up now is worth less than what did: then the price is, if that is lower, the one
    at which as much as came up in the last two hours would use it up. On later days the hours of
    the day before are known, and what is left in the morning goes where it is worth more.

    With `invites_per_user_day` of None the price is `send_price` for ever; that of an `attend`
    always is.

    References
    ----------
    The price is the dual variable of the volume constraint, found on the landscape of past bids:
    Zhang et al. (KDD 2014, budget pacing at LinkedIn), Balseiro and Gur (2019, adaptive pacing).
    """

    def __init__(self, settings: DecisionSettings, journal: Journal) -> None:
        self._record = PricingRecord(settings.send_price)
        self._demand = Demand(journal)
        self._journal = journal
        self._attend = settings.send_price
        self._target = settings.invites_per_user_day

    @property
    def adapts(self) -> bool:
        """Whether there is a target to meet."""
        return self._target is not None

    @property
    def prices(self) -> Prices:
        """The prices at the time of sending."""
        return Prices(self._record.price, self._attend, self._record.price)

    @property
    def planning_prices(self) -> Prices:
        """The prices at the time of planning."""
        price = self._record.price
        return Prices(price * (PLANNED_BELOW if self.adapts else 1.0), self._attend, price)

    def advance(self, state: UserState, now_ms: int) -> None:
        """Let time come to `now_ms`: credit accrues and the price follows."""
        day = self._day(state)
        if day is None:
            return
        record = self._record
        self._measure(state, now_ms)
        past_ms = 0 if record.at_ms < 0 else min(now_ms - record.at_ms, DAY_MS)
        record.at_ms = now_ms
        accrued = day * record.awake * past_ms / DAY_MS
        if not self._demand.knows_a_day:
            accrued *= MOST_OF_DAY  # since some of it will be left in the evening
        record.credit = min(record.credit + accrued, max(day, 1.0))
        lowest = max(record.price * FALL_AN_HOUR ** (past_ms / HOUR_MS), LOWEST_PRICE)
        record.price = self._price(day, now_ms % HOUR_MS / HOUR_MS, lowest)
        self._journal.put(_PRICE_KEY, msgspec.msgpack.encode(record))

    def invites_left(self, state: UserState) -> int | None:
        """Return how many invitations may be sent now; None: any number."""
        day = self._day(state)
        if day is None:
            return None
        most = max(MOST_OF_DAY * day, math.ceil(day)) - self._demand.sent
        return max(int(min(self._record.credit, most)), 0)

    def spend(self, invites: int) -> None:
        """Count invitations that are being sent."""
        if self._target is not None:
            self._record.credit -= invites
            self._demand.spend(invites)
            self._journal.put(_PRICE_KEY, msgspec.msgpack.encode(self._record))

    def note_demand(self, values: Floats) -> None:
        """Count the values, float64[n], of invitations that came up, at any price."""
        if self._target is not None:
            self._demand.add(values)

    def restore(self, records: dict[bytes, bytes]) -> None:
        """Take what is of the price out of the records of a journal."""
        for key in [key for key in records if key[1:2] in (PRICE, DEMAND)]:
            value = records.pop(key)
            self._journal.restored(key)
            if not self.adapts:
                self._journal.drop(key)
            elif key == _PRICE_KEY:
                self._record = msgspec.msgpack.decode(value, type=PricingRecord)
            else:
                self._demand.restore(key, value)

    def _day(self, state: UserState) -> float | None:
        """Return how many invitations a day the target is; None without one."""
        return None if self._target is None else self._target * len(state.users)

    def _price(self, day: float, part: float, lowest: float) -> float:
        """Return the price of the moment, `part` of the hour being over."""
        demand, record = self._demand, self._record
        due = day * demand.waking(part)
        lacking = CATCH_UP * (due - demand.sent)
        sought = float(np.clip(due + lacking, 0.0, MOST_SOUGHT * day))
        if sought == 0.0:
            return record.price  # no price is known that would let nothing through
        price = demand.price_of(sought, lowest)
        unspent = record.credit - day * MOST_UNSPENT
        if demand.knows_a_day or unspent <= 0.0:
            return price
        lately = unspent + day * demand.waking(part, LATELY_HOURS)
        return min(price, demand.price_of(lately, lowest, LATELY_HOURS))

    def _measure(self, state: UserState, now_ms: int) -> None:
        """Measure once an hour how many users are awake, beside the average of the next day."""
        record, hour = self._record, now_ms // HOUR_MS
        if hour != record.hour:
            record.hour, record.awake = hour, 1.0
            slots = state.users.live_slots()[:SAMPLE_USERS]
            if len(slots):
                quiet = local_quiet(state, slots, np.ones(len(slots), np.bool_))
                at_s = np.full(len(slots), now_ms // 1_000)
                awake = [float((~quiet.quiet_at(at_s + h * 3_600)).mean()) for h in range(24)]
                mean = sum(awake) / 24.0
                record.awake = awake[0] / mean if mean > 0.0 else 1.0
        self._demand.begin(hour, record.awake)
