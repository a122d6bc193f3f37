"""Erased users: gone, kept away for a day, and new when they come back."""

from __future__ import annotations

import numpy as np
import pytest
from enginerig.desk import T0, Desk, as_written

from features.hashing import hash64
from reminders.ledger import SENT_ROW
from reminders.plan import PlanRecord
from streams.engine.outgoing import one_by_one
from streams.testing import DAY_MS, feedback, interaction, profile

HOUR_MS = 3_600_000

ERASURES = [
    pytest.param(lambda ts: profile("u", ts, erase=True), id="erase: true"),
    pytest.param(lambda _: (b"u", None), id="null value"),
]


@pytest.mark.parametrize("erasure", ERASURES)
def test_an_erased_user_is_gone(erasure: object) -> None:
    """Row, follows and all; what is older and comes up to 24 h later is dropped."""
    assert callable(erasure)
    desk = Desk()
    desk.apply(interactions=(interaction("u", ts=T0 - 5), interaction("v", ts=T0 - 5)))
    desk.apply(profiles=(erasure(T0),), now=T0)
    assert (desk.count("u"), desk.count("v")) == (None, 1)
    desk.apply(
        interactions=(interaction("u", ts=T0 - 1),),
        profiles=(profile("u", T0 - 1, nickname="old"),),
        now=T0 + DAY_MS - 1,
    )
    assert desk.count("u") is None


@pytest.mark.parametrize("erasure", ERASURES)
def test_who_comes_back_is_a_new_user(erasure: object) -> None:
    """Newer events make the user anew, with nothing of before."""
    assert callable(erasure)
    desk = Desk()
    desk.apply(interactions=(interaction("u", ts=T0 - 5),))
    desk.apply(feedback=(feedback("u", "muted", T0 - 4),))
    desk.apply(profiles=(erasure(T0),), now=T0)
    desk.apply(interactions=(interaction("u", "like", ts=T0 + 1),), now=T0 + 1)
    assert (desk.count("u"), desk.count("u", "like"), desk.muted("u")) == (0, 1, False)


def test_who_was_long_idle_is_erased_with_what_was_sent_to_them() -> None:
    """Their row is gone, but the planner knows by hash what they were sent; no longer, then."""
    desk = Desk(engine={"max_users_per_partition": 1})
    desk.apply(interactions=(interaction("u", ts=T0 - 9), interaction("v", ts=T0 - 5)))
    plan = desk.memory.planner.plans.add(PlanRecord("s", "2h", T0 + HOUR_MS))
    rows = np.zeros(2, SENT_ROW)
    rows["user_h"] = [hash64(user_id) for user_id in ("u", "v")]
    plan.ledger.add(rows, desk.memory.planner.plans.journal)
    desk.memory.tidy(T0, desk.shared.board, 1)
    desk.apply(profiles=((b"u", None),))
    assert (desk.count("u"), len(plan.ledger)) == (None, 1)


def test_an_event_at_the_very_time_of_the_erasure_is_newer() -> None:
    """Profiles come first at equal `ts`, so it is of the new user."""
    desk = Desk()
    desk.apply(
        interactions=(interaction("u", ts=T0), interaction("u", ts=T0 - 1)),
        profiles=(profile("u", T0, erase=True),),
    )
    assert desk.count("u") == 1


def test_an_erasure_amid_other_profiles_of_a_batch() -> None:
    """What came before it is forgotten, what is newer makes the user anew, others keep theirs."""
    desk = Desk()
    desk.apply(
        profiles=(
            profile("u", T0 - 3, nickname="old", locale="en"),
            profile("v", T0 - 3, nickname="Vera"),
            profile("u", T0, erase=True),
            profile("u", T0 - 1, nickname="too old"),
            profile("u", T0 + 1, nickname="new"),
            profile("v", T0 - 2, locale="en"),
        )
    )
    users = desk.memory.state.users
    slots = users.slots_of(["u", "v"], create=False)
    assert users.nicknames(slots).strings() == ["new", "Vera"]
    assert users.locale_names(slots) == ["zh-CN", "en"]


def test_an_erasure_holds_after_a_restore() -> None:
    """The salted hash is part of what is written to `state`."""
    desk, other = Desk(), Desk()
    desk.apply(interactions=(interaction("u", ts=T0 - 5),))
    desk.apply(profiles=(profile("u", T0, erase=True),))
    changed = desk.memory.take_changed(T0)
    other.memory.restore(as_written(changed))
    other.apply(interactions=(interaction("u", ts=T0 - 1),), now=T0 + HOUR_MS)
    assert other.count("u") is None
    rows = one_by_one(changed)
    assert not any(row.key == b"u" and row.value is not None for row in rows)


def test_an_erasure_is_forgotten_after_a_day() -> None:
    """The hash is kept no longer than that; then even an old event makes a new user."""
    desk = Desk()
    desk.apply(profiles=(profile("u", T0, erase=True),), now=T0)
    desk.memory.state.expire(T0 + DAY_MS + 1, desk.memory.state.users.rows["user_h"][:0])
    desk.apply(interactions=(interaction("u", ts=T0 - 1),), now=T0 + DAY_MS + 1)
    assert desk.count("u") == 1


@pytest.mark.parametrize(("after_ms", "count"), [(DAY_MS, None), (DAY_MS + 1, 1)])
def test_a_tick_a_day_after_an_erasure_drops_nothing(after_ms: int, count: int | None) -> None:
    """Though no tick came in between: what arrives later than 24 h after it counts."""
    desk = Desk()
    desk.apply(profiles=(profile("u", T0, erase=True),), now=T0)
    desk.apply(interactions=(interaction("u", ts=T0 - 1),), now=T0 + after_ms)
    assert desk.count("u") == count
