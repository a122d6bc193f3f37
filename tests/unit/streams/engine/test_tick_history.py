"""The ticks of the topic clock."""

from __future__ import annotations

import logging

import pytest

from streams.engine.clock import TickHistory
from streams.testing import MovableClock


def _history(*ticks: int, learning_interval_ms: int = 0) -> TickHistory:
    history = TickHistory(learning_interval_ms)
    for tick in ticks:
        assert history.offer(MovableClock(tick).tick())
    return history


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(None, id="tombstone"),
        pytest.param(b"", id="empty"),
        pytest.param(b"\xff\xfe", id="not UTF-8"),
        pytest.param(b"now", id="not JSON"),
        pytest.param(b"7", id="no object"),
        pytest.param(b'{"ts": "7"}', id="a string"),
        pytest.param(b'{"ts": 7.5}', id="a fraction"),
        pytest.param(b'{"ts": 1e400}', id="infinite"),
        pytest.param(b"[" * 100_000, id="deep"),
        pytest.param(b"{}", id="no ts"),
    ],
)
def test_garbage_is_ignored_with_a_warning(
    value: bytes | None, caplog: pytest.LogCaptureFixture
) -> None:
    """A record that is no tick changes nothing, and the warning says what to send."""
    history = _history(1_000)
    with caplog.at_level(logging.WARNING):
        assert not history.offer(value)
    assert history.after(-1) == [1_000]
    assert '{"ts": epoch ms}' in caplog.text


@pytest.mark.parametrize("ts", [1_000, 999])
def test_a_tick_that_is_not_later_is_ignored(ts: int, caplog: pytest.LogCaptureFixture) -> None:
    """Time never stands still and never goes back."""
    history = _history(1_000)
    with caplog.at_level(logging.WARNING):
        assert not history.offer(MovableClock(ts).tick())
    assert (history.last, history.after(-1)) == (1_000, [1_000])
    assert f"tick {ts} ignored" in caplog.text


def test_ticks_after_a_time() -> None:
    """Only later ticks, oldest first."""
    history = _history(1_000, 2_000, 3_000)
    assert history.after(1_999) == [2_000, 3_000]
    assert history.after(2_000) == [3_000]
    assert history.after(3_000) == []
    assert TickHistory().last is None


def test_by_default_every_tick_after_the_first_is_a_learning_tick() -> None:
    """The first has nothing to learn from."""
    history = _history(1_000, 1_001, 1_002)
    assert [history.is_learning_tick(tick) for tick in (1_000, 1_001, 1_002)] == [False, True, True]
    assert history.last_learning_tick(1_000) == -1
    assert history.last_learning_tick(1_001) == 1_001
    assert history.next_learning_tick(-1) == 1_001
    assert history.next_learning_tick(1_002) is None


def test_learning_ticks_begin_an_interval() -> None:
    """With an interval of 10 s, the first tick in a new ten seconds is one."""
    history = _history(1_000, 9_999, 10_000, 15_000, 31_000, learning_interval_ms=10_000)
    learning = [tick for tick in history.after(-1) if history.is_learning_tick(tick)]
    assert learning == [10_000, 31_000]
    assert history.last_learning_tick(30_000) == 10_000
    assert history.next_learning_tick(10_000) == 31_000
