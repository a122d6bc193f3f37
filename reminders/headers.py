"""Headers of reminder records: CloudEvents 1.0, Kafka binding, binary mode."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from features.hashing import IntArray

__all__ = ["CE_SOURCE", "CE_TYPE", "headers_of"]

CE_TYPE = "livecue.reminder.v1"
CE_SOURCE = "urn:livecue"


def headers_of(reminder_ids: Sequence[str], send_ts: IntArray) -> list[list[tuple[str, bytes]]]:
    """Return the headers of each record; ``ce_time`` is the send time, RFC 3339 in UTC.

    >>> dict(headers_of(["ab"], np.array([1_700_000_000_123]))[0])["ce_time"]
    b'2023-11-14T22:13:20.123Z'
    """
    fixed = [
        ("content-type", b"application/json"),
        ("ce_type", CE_TYPE.encode()),
        ("ce_source", CE_SOURCE.encode()),
        ("ce_specversion", b"1.0"),
    ]
    times = np.datetime_as_string(send_ts.astype("datetime64[ms]"), unit="ms").tolist()
    rows: list[list[tuple[str, bytes]]] = []
    for reminder_id, time in zip(reminder_ids, times, strict=True):
        identity = reminder_id.encode()
        rows.append(
            [
                ("reminder_id", identity),
                ("ce_id", identity),
                ("ce_time", f"{time}Z".encode()),
                *fixed,
            ]
        )
    return rows
