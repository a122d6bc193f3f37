from __future__ import annotations

import numpy as np

from reminders.hash_set import HashSet
from reminders.journal import Journal
from reminders.ladder import DEFAULT_RUNGS
from reminders.ledger import SENT_ROW, Ledger
from reminders.plan import Plan, PlanRecord
from reminders.plan_run import PLANNED, Planned, PlanRun
from reminders.wheel import Wheel


def planned(users: list[int], due: list[int]) -> Planned:
    """Return rows to plan."""
    rows = np.zeros(len(users), PLANNED)
    rows["user_h"], rows["due_s"], rows["propensity"] = users, due, 1.0
    return rows


def plan() -> Plan:
    """Return an empty plan."""
    return Plan(PlanRecord("s", "2h", 10**12), DEFAULT_RUNGS[1])


def test_rows_leave_a_run_once_in_the_order_of_time() -> None:
    """What is due, by time then user, and no more."""
    run = PlanRun(0, planned([3, 1, 2], [20, 20, 10]))
    assert run.pop(9)["user_h"].tolist() == []
    assert run.holds(np.array([1, 2, 4], np.uint64)).tolist() == [True, True, False]
    assert run.pop(15)["user_h"].tolist() == [2]
    assert run.holds(np.array([1, 2], np.uint64)).tolist() == [True, False]
    assert run.pop(20)["user_h"].tolist() == [1, 3]
    assert len(run) == 0


def test_a_plan_knows_when_its_pending_rows_are_due() -> None:
    """Of users with a row that is still in; of the others it says so."""
    one, journal = plan(), Journal()
    one.extend(planned([3, 1], [20, 10]), journal)
    users = np.array([1, 2, 3], np.uint64)
    assert one.pending_due(users).tolist() == [10, -1, 20]
    assert (one.due_by(9), one.due_by(10)) == (False, True)
    one.runs[0].pop(15)
    assert one.pending_due(users).tolist() == [-1, -1, 20]


def test_the_wheel_leaves_out_what_was_retired() -> None:
    """A run that lives on in another is not popped twice."""
    wheel, one = Wheel(), plan()
    journal = Journal()
    for rows in (planned([1], [30]), planned([2], [10])):
        for run in one.extend(rows, journal):
            wheel.add(one.announcement, run)
    assert wheel.next_due_s == 10
    popped = [(rows["user_h"].tolist(), run.number) for _, run, rows in wheel.pop(100)]
    assert popped == [([2, 1], 0)]
    assert wheel.pop(100) == []


def test_many_small_additions_make_few_runs() -> None:
    """Signals that trickle in join the last run, which stays a small record."""
    one, journal = plan(), Journal()
    for n in range(10_000):
        one.extend(planned([n + 1], [1_000 + n]), journal)
    assert len(one.runs) == 3
    assert one.pending == 10_000
    assert all(len(value or b"") < 512_000 for _, value in journal.take())


def test_a_run_comes_back_without_what_was_dealt_with() -> None:
    """Rows due before the restart are not repeated, nor runs that were flushed."""
    one, journal = plan(), Journal()
    one.extend(planned([1, 2], [10, 20]), journal)
    again = plan()
    run = again.restore_run(0, planned([1, 2], [10, 20]).tobytes(), dealt_s=10)
    assert run is not None
    assert run.pop(99)["user_h"].tolist() == [2]
    one.flush(journal)
    assert one.restore_run(0, planned([1], [10]).tobytes(), dealt_s=0) is None
    assert [run.number for run in one.extend(planned([7], [30]), journal)] == [1]


def test_the_ledger_knows_restores_and_forgets() -> None:
    """Who was sent what, in bounded blocks; a forgotten user leaves no trace."""
    ledger, journal = Ledger(5), Journal()
    rows = np.zeros(100_000, SENT_ROW)
    rows["user_h"], rows["attend"] = np.arange(1, 100_001), np.arange(100_000) % 2
    for start in range(0, 100_000, 7_000):
        ledger.add(rows[start : start + 7_000], journal)
    assert (len(ledger), ledger.invites) == (100_000, 50_000)
    records = {key: value for key, value in journal.take() if value is not None}
    assert max(map(len, records.values())) <= 512_000
    again = Ledger(5)
    for key in sorted(records):
        again.restore(int.from_bytes(key[10:14], "big"), records[key])
    asked = np.array([1, 2, 200_000], np.uint64)
    assert again.users.contains(asked).tolist() == [True, True, False]
    assert again.attends.contains(asked).tolist() == [False, True, False]
    assert again.invited(asked).tolist() == [True, False, False]
    assert again.forget(2, journal)
    assert not again.forget(2, journal)
    needle = np.uint64(2).tobytes()
    changed = [np.frombuffer(value or b"", SENT_ROW) for _, value in journal.take()]
    assert changed
    assert not any(np.frombuffer(needle, "<u8")[0] in block["user_h"] for block in changed)


def test_a_set_of_hashes_is_a_set() -> None:
    """Against Python's own, in random steps."""
    rng = np.random.default_rng(0)
    ours, theirs = HashSet(), set[int]()
    for _ in range(200):
        new = np.setdiff1d(rng.integers(0, 5_000, 20), list(theirs)).astype(np.uint64)
        ours.add(rng.permutation(new))
        theirs.update(new.tolist())
        gone = int(rng.integers(0, 5_000))
        assert ours.discard(gone) == (gone in theirs)
        theirs.discard(gone)
    asked = np.arange(5_000, dtype=np.uint64)
    assert set(np.flatnonzero(ours.contains(asked)).tolist()) == theirs
    assert ours.sorted().tolist() == sorted(theirs)
