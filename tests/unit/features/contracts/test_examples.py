from __future__ import annotations

import json
from collections.abc import Callable, Sized
from typing import Any

import msgspec
import pytest
from msgspec import Struct

from features.contracts import ClockTick, Kpi, Reminder, StreamRecord, Watermark
from features.contracts.examples import EXAMPLES
from features.decode import (
    Refusals,
    decode_feedback,
    decode_interactions,
    decode_profiles,
    decode_stream,
    decode_tick,
)
from features.raw_records import RawRecords

RECORDS = [(topic, key, record) for topic, pairs in EXAMPLES.items() for key, record in pairs]
OUTGOING: dict[str, type[Struct]] = {"reminders": Reminder, "watermarks": Watermark, "kpis": Kpi}


@pytest.mark.parametrize(("topic", "key", "record"), RECORDS)
def test_every_example_is_valid(topic: str, key: str | None, record: dict[str, Any]) -> None:
    """Examples of inputs decode; examples of outputs come back as they were."""
    value = json.dumps(record).encode()
    if topic in OUTGOING:
        decoded = msgspec.json.decode(value, type=OUTGOING[topic])
        assert json.loads(msgspec.json.encode(decoded)) == record
    elif topic == "clock":
        assert isinstance(decode_tick(value), ClockTick)
    elif topic == "streams":
        assert isinstance(decode_stream(str(key).encode(), value, None), StreamRecord)
    else:
        decoders: dict[str, Callable[..., tuple[Sized, Refusals]]] = {
            "interactions": decode_interactions,
            "feedback": decode_feedback,
            "profiles": decode_profiles,
        }
        good, bad = decoders[topic](RawRecords.of([str(key).encode()], [value]), None)
        assert not bad
        assert len(good) == 1


def test_input_types_encode_without_what_is_absent() -> None:
    """A producer sends only the fields that it has."""
    record = EXAMPLES["streams"][1][1]
    stream = msgspec.convert(record, StreamRecord)
    assert json.loads(msgspec.json.encode(stream)) == record
