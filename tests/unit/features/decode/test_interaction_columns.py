from __future__ import annotations

import json

import numpy as np

from features.contracts import TYPE_CODE
from features.contracts.examples import EXAMPLES
from features.decode import decode_interactions
from features.hashing import hash64
from features.raw_records import RawRecords


def test_columns_hold_what_the_records_say() -> None:
    """Types, dtypes and the values of absent fields are as documented."""
    pairs = EXAMPLES["interactions"]
    keys = [str(key).encode() for key, _ in pairs]
    values = [json.dumps(record).encode() for _, record in pairs]
    columns, rejected = decode_interactions(RawRecords.of(keys, values), None)
    assert not rejected
    assert columns.type.tolist() == [TYPE_CODE[t] for t in ("watch", "follow", "purchase")]
    assert columns.type.dtype == np.uint8
    assert columns.ts.dtype == columns.position.dtype == np.int64
    assert columns.dwell_ms.tolist() == [185_000.0, 0.0, 0.0]
    assert columns.amount.tolist() == [0.0, 0.0, 129.9]
    assert columns.stream_h.tolist() == [hash64("s-88"), 0, hash64("s-88")]
    assert columns.host_h.tolist() == [hash64("h-7"), hash64("h-7"), 0]
    assert columns.user_ids() == ["u-1024"] * 3
    assert columns.user_h.tolist() == [hash64("u-1024")] * 3


def test_take_picks_records() -> None:
    """`take` keeps every column in step, in the order asked for."""
    pairs = EXAMPLES["interactions"]
    values = [json.dumps(record).encode() for _, record in pairs]
    columns, _ = decode_interactions(RawRecords.of([b"u-1024"] * 3, values), None)
    picked = columns.take(np.array([2, 0]))
    assert len(picked) == 2
    assert picked.event_h.tolist() == [hash64("e-3"), hash64("e-1")]
    assert picked.user_ids(np.array([1])) == ["u-1024"]
    assert picked.position.tolist() == [2, 0]
    assert picked.amount.tolist() == [129.9, 0.0]
    assert len(columns.take(np.array([], int))) == 0


def test_an_empty_batch_is_empty_columns() -> None:
    """No records in, no records out, dtypes kept."""
    columns, rejected = decode_interactions(RawRecords.of([], []), 0)
    assert len(columns) == 0
    assert not rejected
    assert columns.type.dtype == np.uint8
