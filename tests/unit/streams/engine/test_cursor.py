"""The gap guard: what may follow what."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.engine.batches import RecordBatch
from streams.engine.cursor import InputCursor, Verdict
from streams.testing import MemoryInputs


@pytest.mark.parametrize(
    ("start", "end", "verdict"),
    [
        pytest.param(10, 20, Verdict.ACCEPT, id="what comes next"),
        pytest.param(5, 20, Verdict.ACCEPT, id="partly known already"),
        pytest.param(10, 11, Verdict.ACCEPT, id="a single record"),
        pytest.param(0, 10, Verdict.STALE, id="all known already"),
        pytest.param(11, 20, Verdict.GAP, id="one offset is missing"),
    ],
)
def test_every_verdict(start: int, end: int, verdict: Verdict) -> None:
    """At offset 10, a batch is judged by where it begins and where it ends."""
    assert InputCursor(10).judge(start, end) is verdict


def test_judging_alone_changes_nothing() -> None:
    """The same gap is a gap again, until the cursor is advanced."""
    cursor = InputCursor(10)
    verdicts = [cursor.judge(20, 30) for _ in range(3)]
    assert verdicts == [Verdict.GAP] * 3
    assert cursor.next == 10
    cursor.advance(20)
    assert cursor.judge(20, 30) is Verdict.ACCEPT


@given(
    st.lists(st.sampled_from(["record", "hole"]), min_size=1, max_size=40),
    st.lists(st.tuples(st.sampled_from(["keep", "lose", "again"]), st.integers(1, 9)), max_size=40),
)
def test_nothing_is_lost_whatever_batches_are(log: list[str], fates: list[tuple[str, int]]) -> None:
    """Batches are lost and delivered twice, fetches begin anywhere: each record is taken once."""
    inputs = MemoryInputs()
    for entry in log:
        if entry == "record":
            inputs.append("t", 0, (None, b""))
        else:
            inputs.leave_hole("t", 0)
    held = [offset for offset, entry in enumerate(log) if entry == "record"]
    cursor = InputCursor(0)
    taken: list[int] = []

    def deliver(batch: RecordBatch) -> None:
        verdict = cursor.judge(batch.start, batch.end)
        if verdict is Verdict.GAP:
            inputs.move("t", 0, cursor.next)
        elif verdict is Verdict.ACCEPT:
            taken.extend(batch.records.between(cursor.next, batch.end).offset.tolist())
            cursor.advance(batch.end)

    for fate, most in fates:
        for batch in inputs.fetch(most):
            for _ in range({"keep": 1, "lose": 0, "again": 2}[fate]):
                deliver(batch)
    inputs.move("t", 0, cursor.next)
    for batch in inputs.fetch():
        deliver(batch)
    assert taken == held
