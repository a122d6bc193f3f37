"""Headers of reminder records: CloudEvents 1.0, Kafka binding, binary mode."""

from __future__ import annotations

import numpy as np

from features.coded import Coded
from features.headed_records import HeaderColumn
from reminders.byte_pieces import Pieces, Pool

__all__ = ["CE_SOURCE", "CE_TYPE", "headers_of", "time_pieces"]

CE_TYPE = "livecue.reminder.v1"
CE_SOURCE = "urn:livecue"


def time_pieces(pool: Pool, send_ts: Coded[int]) -> Pieces:
    """Put the send times (epoch ms) into the pool as ``ce_time`` says them: RFC 3339 in UTC."""
    moments = np.array(send_ts.values, "datetime64[ms]")
    texts = [f"{text}Z".encode() for text in np.datetime_as_string(moments, unit="ms").tolist()]
    return pool.column(texts).take(send_ts.code)


def headers_of(ids: Pieces, times: Pieces) -> list[tuple[str, HeaderColumn]]:
    """Return the headers' names and what each says, of records whose ids and times lie there."""
    return [
        ("reminder_id", (ids.at, ids.size)),
        ("ce_id", (ids.at, ids.size)),
        ("ce_time", (times.at, times.size)),
        ("content-type", b"application/json"),
        ("ce_type", CE_TYPE.encode()),
        ("ce_source", CE_SOURCE.encode()),
        ("ce_specversion", b"1.0"),
    ]
