from __future__ import annotations

import numpy as np
import pytest

from reminders.duration_text import shown_minutes, starts_in

_MINUTE_MS = 60_000


@pytest.mark.parametrize(
    ("left_minutes", "shown"),
    [
        (0, 0),
        (0.5, 0),
        (1, 1),
        (14.6, 15),
        (59.7, 60),
        (62, 60),
        (88, 90),
        (118, 120),
        (178, 180),
        (194, 180),
        (196, 210),
        (590, 600),
        (24 * 60 - 20, 24 * 60),
        (28 * 60, 28 * 60),
        (47.8 * 60, 48 * 60),
        (60 * 60, 3 * 24 * 60),
        (30 * 24 * 60, 30 * 24 * 60),
    ],
)
def test_rounding(left_minutes: float, shown: int) -> None:
    """As exact as people say it: minutes, then fives, half hours, hours, days."""
    assert shown_minutes(np.array([round(left_minutes * _MINUTE_MS)])).tolist() == [shown]


def test_a_start_that_has_passed_is_now() -> None:
    """Never a negative time."""
    assert shown_minutes(np.array([-5 * _MINUTE_MS])).tolist() == [0]


@pytest.mark.parametrize(
    ("minutes", "chinese", "english", "other"),
    [
        (0, "马上", "in a moment", "1 min"),
        (1, "1分钟后", "in 1 minute", "1 min"),
        (15, "15分钟后", "in 15 minutes", "15 min"),
        (60, "1小时后", "in 1 hour", "1 h"),
        (95, "1小时35分钟后", "in 1 hour 35 minutes", "1 h 35 min"),
        (120, "2小时后", "in 2 hours", "2 h"),
        (1440, "24小时后", "in 24 hours", "24 h"),
        (2880, "2天后", "in 2 days", "2 d"),
    ],
)
def test_words(minutes: int, chinese: str, english: str, other: str) -> None:
    """Chinese and English in words, other languages in unit symbols."""
    assert starts_in(minutes, "zh-Hant-TW") == chinese
    assert starts_in(minutes, "en-GB") == english
    assert starts_in(minutes, "ja") == other
