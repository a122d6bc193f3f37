"""What is credited to whom, and when it is forgotten."""

from __future__ import annotations

from collections import Counter

import pytest
from kpiworld.run import HOUR, KpiRun, group, stream_record

from features.contracts import KpiScope, StreamTombstone
from features.hashing import hash64, hash64_many
from reminders.cohorts import Arm, Cohorts, Split
from reminders.kpi import Scope
from reminders.reminder_id import announcement_h, join_id

START = 100 * HOUR
SEND = START - 24 * HOUR
DAY = 24 * HOUR


@pytest.fixture
def run() -> KpiRun:
    """One stream, of which u1 was sent an invitation a day before the start."""
    run = KpiRun()
    run.board.apply(stream_record("s", START))
    run.decide(SEND, [group(run, "s", "24h", "invite", [("u1", SEND)])])
    return run


def counts(run: KpiRun, scope: KpiScope = "global", about: str = "all") -> dict[str, float]:
    """The counts of a scope but for those of the holdout's arms."""
    found = run.funnels().get(Scope(scope, about), Counter[str]())
    return {name: n for name, n in found.items() if not name.startswith("treated")}


def event(kind: str, ts: int, user: str = "u1", **fields: object) -> dict[str, object]:
    """An interaction with the stream."""
    return {"user_id": user, "type": kind, "ts": ts, "stream_id": "s", **fields}


def test_numbers_move_before_the_stream_closes(run: KpiRun) -> None:
    """Each event counts when it is applied, for the reminder that came before it."""
    run.interact(event("reserve", SEND + HOUR))
    run.interact(event("watch", START + 1), event("purchase", START + 2, amount=9.5))
    expected = {"sent": 1, "reserved": 1, "attended": 1, "reservers_attended": 1}
    assert counts(run) == {**expected, "purchased": 1, "revenue": 9.5}


def test_absurd_amounts_keep_the_revenue_finite(run: KpiRun) -> None:
    """Their sum would be no number of JSON."""
    run.interact(*(event("purchase", START + at, amount=1e308) for at in (1, 2)))
    assert counts(run)["revenue"] == 2e12


def test_each_is_credited_to_the_last_reminder(run: KpiRun) -> None:
    """A reservation to the invitation, what follows to the reminder to attend."""
    run.interact(event("reserve", SEND + HOUR))
    later = START - HOUR
    run.decide(later, [group(run, "s", "2h", "attend", [("u1", later)])])
    run.interact(event("enter", START + 1))
    assert counts(run, "rung", "24h") == {"sent": 1, "reserved": 1, "reservers_attended": 1}
    assert counts(run, "rung", "2h") == {"sent": 1, "attended": 1}


@pytest.mark.parametrize(
    "late",
    [
        event("watch", SEND - 1),
        event("watch", START + 2 * HOUR + 1),
        event("watch", START, user="u2"),
        event("like", START),
    ],
)
def test_what_no_reminder_preceded_counts_for_none(run: KpiRun, late: dict[str, object]) -> None:
    """Before it was sent, after the close, of somebody else, of another kind."""
    run.interact(late)
    assert counts(run) == {"sent": 1}


def test_feedback_counts_once_and_only_for_ones_own(run: KpiRun) -> None:
    """Two taps open one reminder; nobody opens another's, or one that was never sent."""
    announcement = announcement_h("s", "24h", START)
    mine = {"user_id": "u1", "reminder_id": join_id(announcement, hash64("u1"))}
    other = {"user_id": "u1", "reminder_id": join_id(announcement, hash64("u2"))}
    for ts in (SEND + 1, SEND + 2):
        run.answer({**mine, "type": "opened", "ts": ts}, {**other, "type": "opened", "ts": ts})
    never = join_id(announcement_h("s", "2h", START), hash64("u1"))
    run.answer({"user_id": "u1", "reminder_id": never, "type": "opened", "ts": SEND + 3})
    assert counts(run) == {"sent": 1, "delivered": 1, "opened": 1}


@pytest.mark.parametrize(("after", "muted"), [(DAY, 1), (DAY + 1, None)])
def test_a_mute_counts_for_a_day(run: KpiRun, after: int, muted: int | None) -> None:
    """Without an id, against the last reminder, if that is not older than 24 h."""
    run.answer({"user_id": "u1", "type": "muted", "ts": SEND + after})
    assert counts(run).get("muted") == muted


def test_an_erased_user_still_counts(run: KpiRun) -> None:
    """The sums stay; what the same person does as a new user is credited to nothing."""
    run.interact(event("watch", START + 1))
    run.state.forget("u1", START + 2, START + 2)
    run.interact(event("purchase", START + 3))
    assert counts(run) == {"sent": 1, "attended": 1}


def test_a_closed_stream_is_forgotten_after_a_week(run: KpiRun) -> None:
    """Its rows a day after the close, its funnel and its host's with tombstones after seven."""
    closed = START + 2 * HOUR
    run.interact(event("watch", START + 1))
    run.decide(closed + DAY)
    assert len(run.state.reminded) == 1
    run.decide(closed + DAY + 1)
    assert len(run.state.reminded) == 0
    run.restart()
    run.decide(closed + 7 * DAY)
    assert counts(run, "stream", "s") == {"sent": 1, "attended": 1}
    run.decide(closed + 7 * DAY + 1)
    assert run.parts[b"0|stream|s"] is None
    assert run.parts[b"0|host|host-s"] is None
    assert counts(run) == counts(run, "rung", "24h") == {"sent": 1, "attended": 1}
    assert len(run.records) == 4  # the user, and the funnels of global, rung and strategy


@pytest.mark.parametrize("restarted", [False, True])
def test_a_null_value_closes_a_stream_at_once(run: KpiRun, restarted: bool) -> None:
    """As `cancelled` does: what happens later counts no more, after a restart neither."""
    gone = SEND + HOUR
    run.board.apply(StreamTombstone("s"))
    run.decide(gone)
    if restarted:
        run.restart()
        run.decide(gone + 1)
    run.interact(event("reserve", gone + 2), event("watch", START + 1))
    assert counts(run) == {"sent": 1}
    run.interact(event("reserve", gone - 1))
    assert counts(run) == {"sent": 1, "reserved": 1}


def test_arms_and_strategies_have_funnels_of_their_own() -> None:
    """Each user counts for the arm of theirs, and for what scores them there."""
    split = Split("whom", (Arm("a", 0.5, "follow"), Arm("b", 0.25)))
    run = KpiRun(Cohorts("cf", (split,)))
    run.board.apply(stream_record("s", START))
    users = [f"u{n}" for n in range(40)]
    arms = run.book.cohorts_of(hash64_many(users)).tolist()
    run.decide(SEND, [group(run, "s", "24h", "invite", [(user, SEND) for user in users])])
    run.interact(*(event("watch", START + 1, user) for user in users))
    both = {"sent": 40, "attended": 40}
    assert counts(run) == both
    for arm, number in (("a", 1), ("b", 2)):
        expected = dict.fromkeys(both, arms.count(number))
        assert counts(run, "experiment_arm", f"whom:{arm}") == expected
    assert counts(run, "strategy", "follow") == dict.fromkeys(both, arms.count(1))
    assert counts(run, "strategy", "cf") == dict.fromkeys(both, 40 - arms.count(1))
