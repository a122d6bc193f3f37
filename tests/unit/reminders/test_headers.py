from __future__ import annotations

from datetime import datetime

import numpy as np

from reminders.headers import headers_of


def test_headers_are_the_contracts() -> None:
    """The reminder id, the content type and the CloudEvents attributes, all of them bytes."""
    (headers,) = headers_of(["ab12"], np.array([1_700_000_000_000]))
    assert dict(headers) == {
        "reminder_id": b"ab12",
        "content-type": b"application/json",
        "ce_id": b"ab12",
        "ce_type": b"livecue.reminder.v1",
        "ce_source": b"urn:livecue",
        "ce_specversion": b"1.0",
        "ce_time": b"2023-11-14T22:13:20.000Z",
    }
    assert len(headers) == 7


def test_the_time_is_the_send_time() -> None:
    """RFC 3339 in UTC, to the millisecond, of each reminder."""
    sent = np.array([0, 1_234_567_890_123, 253_402_300_799_999])
    times = [dict(row)["ce_time"].decode() for row in headers_of(["a", "b", "c"], sent)]
    parsed = [datetime.fromisoformat(time) for time in times]
    assert [round(time.timestamp() * 1000) for time in parsed] == sent.tolist()
