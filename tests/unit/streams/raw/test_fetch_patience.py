"""How long a fetch is held back: some milliseconds while records come, else until one does."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from streams.raw.fetcher import QUIET_MS, Patience

GATHERS = Patience(1 << 19, 25)


def _answer(*data: bytes) -> SimpleNamespace:
    parts = [(number, 0, 7, 7, None, part) for number, part in enumerate(data)]
    return SimpleNamespace(topics=[("interactions", parts), ("feedback", parts[:1])])


def test_after_nothing_the_first_byte_is_waited_for() -> None:
    """So that it comes at once, and a worker to which nothing comes asks seldom."""
    assert GATHERS.after(_answer(b"", b"")) == (1, QUIET_MS)


@pytest.mark.parametrize("answer", [_answer(b"", b"record"), None])
def test_while_records_come_they_are_gathered(answer: SimpleNamespace | None) -> None:
    """And after an answer that never came it is asked for as before."""
    assert GATHERS.after(answer) == GATHERS


def test_who_waits_longer_anyway_goes_on_so() -> None:
    """Readers of what seldom comes."""
    assert Patience(1, 500).after(_answer(b"")) == (1, 500)
