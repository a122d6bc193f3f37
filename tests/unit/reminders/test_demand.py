from __future__ import annotations

import numpy as np

from reminders.demand import LOWEST_PRICE, Demand, of_each_user
from reminders.journal import Journal


def _demand(journal: Journal) -> Demand:
    demand = Demand(journal)
    demand.begin(100, awake=1.0)
    return demand


def test_the_price_lets_through_what_is_wanted() -> None:
    """All of a level where many are worth the same; the lowest asked for where too few came up."""
    demand = _demand(Journal())
    demand.add(np.concatenate([np.full(5, 0.08), np.full(10, 0.02)]))
    for wanted, passing in ((1.0, 5), (5.0, 5), (6.0, 15)):
        price = demand.price_of(wanted, LOWEST_PRICE)
        assert 5 * (price < 0.08) + 10 * (price < 0.02) == passing
    assert demand.price_of(16.0, LOWEST_PRICE) == LOWEST_PRICE
    assert demand.price_of(16.0, 0.01) == 0.01


def test_a_day_later_it_is_forgotten() -> None:
    """What came up and what was sent, hour by hour."""
    demand = _demand(Journal())
    demand.add(np.full(5, 0.08))
    demand.spend(3)
    demand.begin(123, awake=1.0)
    assert demand.sent == 3
    assert demand.waking(0.5) == 1.5 / 24
    demand.begin(124, awake=1.0)
    assert demand.sent == 0
    assert demand.price_of(1.0, LOWEST_PRICE) == LOWEST_PRICE


def test_a_restart_changes_nothing() -> None:
    """The journal holds all of it, and goes on holding it."""
    journal = Journal()
    demand = _demand(journal)
    demand.add(np.array([0.08, 0.02]))
    demand.begin(101, awake=1.2)
    demand.spend(2)
    demand.add(np.array([0.04]))
    twin = Demand(Journal())
    for key, value in journal.take():
        assert value is not None
        twin.restore(key, value)
    for one in (demand, twin):
        one.begin(101, awake=1.2)
        one.add(np.array([0.3]))
    assert (twin.sent, twin.waking(1.0)) == (demand.sent, demand.waking(1.0))
    for wanted in (1.0, 2.0, 3.0, 4.0):
        assert twin.price_of(wanted, 0.001) == demand.price_of(wanted, 0.001)


def test_of_each_user_the_best_counts() -> None:
    """Of what meets, one can go."""
    users = np.array([7, 3, 7, 3, 9], np.uint64)
    values = np.array([0.1, 0.4, 0.2, 0.3, 0.5])
    assert sorted(of_each_user(users, values).tolist()) == [1, 2, 4]
    assert len(of_each_user(users[:0], values[:0])) == 0
