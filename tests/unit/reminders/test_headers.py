from __future__ import annotations

from datetime import datetime

import numpy as np

from features.coded import Coded
from features.headed_records import HeadedRecords
from features.raw_records import NO_TIMESTAMP, RawRecords
from features.texts import Texts
from reminders.byte_pieces import Pieces, Pool
from reminders.headers import headers_of, time_pieces


def headers(ids: list[str], sent: list[int]) -> list[dict[str, bytes]]:
    """The headers of reminders with these ids and send times."""
    pool = Pool()
    own = pool.texts(Texts.of(ids))[0]
    columns = headers_of(own, time_pieces(pool, Coded.of(sent)))
    none = Pieces(np.zeros(len(ids), np.int64), np.zeros(len(ids), np.int64))
    when = np.full(len(ids), NO_TIMESTAMP)
    rows = RawRecords(pool.joined(), np.arange(len(ids)), when, *none, *none)
    said = [HeadedRecords(rows, columns).headers_of(place) for place in range(len(ids))]
    assert all(len(dict(one)) == len(one) for one in said)
    return [dict(one) for one in said]


def test_headers_are_the_contracts() -> None:
    """The reminder id, the content type and the CloudEvents attributes, all of them bytes."""
    assert headers(["ab12"], [1_700_000_000_000]) == [
        {
            "reminder_id": b"ab12",
            "content-type": b"application/json",
            "ce_id": b"ab12",
            "ce_type": b"livecue.reminder.v1",
            "ce_source": b"urn:livecue",
            "ce_specversion": b"1.0",
            "ce_time": b"2023-11-14T22:13:20.000Z",
        }
    ]


def test_the_time_is_the_send_time() -> None:
    """RFC 3339 in UTC, to the millisecond, of each reminder."""
    sent = [0, 1_234_567_890_123, 253_402_300_799_999]
    times = [row["ce_time"].decode() for row in headers(["a", "b", "c"], sent)]
    parsed = [datetime.fromisoformat(time) for time in times]
    assert [round(time.timestamp() * 1000) for time in parsed] == sent
