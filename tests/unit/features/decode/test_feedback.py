from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from features.contracts import FEEDBACK_TYPES
from features.decode import decode_feedback
from features.raw_records import RawRecords

NOW = 1_750_000_000_000


def wire(**changes: Any) -> bytes:
    """A good report with some fields changed; `...` leaves a field out."""
    fields = {"event_id": "f", "type": "opened", "user_id": "u", "ts": NOW, "reminder_id": "r"}
    return json.dumps({k: v for k, v in (fields | changes).items() if v is not ...}).encode()


def test_columns_hold_what_the_reports_say() -> None:
    """Every type decodes to its code; the reminder may be absent from two of them."""
    values = [wire(type=name) for name in FEEDBACK_TYPES]
    values += [wire(type="muted", reminder_id=...), wire(type="unmuted", reminder_id=None)]
    columns, rejected = decode_feedback(RawRecords.of([b"u"] * len(values), values), NOW)
    assert not rejected
    assert columns.type.tolist() == [0, 1, 2, 3, 4, 3, 4]
    assert columns.reminder_id[-2:] == [None, None]
    assert columns.take(np.array([1])).event_id == ["f"]


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (wire(reminder_id=...), "missing_field"),
        (wire(type="delivered", reminder_id=None), "missing_field"),
        (wire(type="dismissed", reminder_id=""), "empty_id"),
        (wire(type="seen"), "unknown_type"),
        (wire(type=...), "missing_field"),
        (wire(event_id=...), "missing_field"),
        (wire(ts=NOW + 1), "future_ts"),
        (wire(user_id="other"), "key_mismatch"),
        (None, "null_value"),
    ],
)
def test_a_bad_report_is_refused_between_good_ones(value: bytes | None, code: str) -> None:
    """The bad one has its code, the good ones stay."""
    columns, rejected = decode_feedback(RawRecords.of([b"u"] * 3, [wire(), value, wire()]), NOW)
    assert columns.position.tolist() == [0, 2]
    assert [(one.position, one.code) for one in rejected] == [(1, code)]
