"""Records as they leave: topic, key, bytes, and what never leaves."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from features.contracts import Feedback, Interaction, Profile, StreamRecord
from features.contracts.examples import EXAMPLES
from streams.clients import InvalidRecordError, new_event_id
from streams.clients.outgoing import outgoing

_TYPES: dict[str, Any] = {
    "interactions": Interaction,
    "feedback": Feedback,
    "profiles": Profile,
    "streams": StreamRecord,
}


@pytest.mark.parametrize("topic", _TYPES)
def test_every_documented_example_can_be_sent(topic: str) -> None:
    """Each example goes to its topic under its key, with no field more than it has."""
    for key, fields in EXAMPLES[topic]:
        if not fields:
            continue
        sent = outgoing(msgspec.convert(fields, _TYPES[topic]))
        assert (sent.topic, sent.key.decode()) == (topic, key)
        assert set(msgspec.json.decode(sent.value)) <= set(fields)
        assert b"null" not in sent.value or None in fields.values()


@pytest.mark.parametrize(
    ("record", "code"),
    [
        (Interaction(event_id="e", type="search", user_id="u", ts=1), "missing_field"),
        (Interaction(event_id="", type="like", user_id="u", ts=1), "empty_id"),
        (Interaction(event_id="e", type="like", user_id="u" * 129, ts=1), "id_too_long"),
        (Interaction(event_id="e", type="like", user_id="\ud83d", ts=1), "lone_surrogate"),
        (Feedback(event_id="e", type="opened", user_id="u", ts=1), "missing_field"),
        (Profile(user_id="u", ts=1, timezone="Mars/Olympus"), "invalid_timezone"),
        (StreamRecord(stream_id="s", ts=1, status="scheduled"), "missing_when_scheduled"),
        (Interaction(event_id="e", type="like", user_id="u", ts=1.5), "wrong_type"),  # type: ignore[arg-type]
        (Interaction(event_id="e", type="like", user_id=7, ts=1), "wrong_type"),  # type: ignore[arg-type]
    ],
)
def test_what_a_worker_would_refuse_is_refused_here(
    record: Interaction | Feedback | Profile | StreamRecord, code: str
) -> None:
    """The error has the code that the dead letter would have had."""
    with pytest.raises(InvalidRecordError) as caught:
        outgoing(record)
    assert caught.value.code == code


def test_event_ids_are_unique_and_sort_by_time() -> None:
    """Many at once are all different, and none is from before the first one's millisecond."""
    ids = [new_event_id() for _ in range(10_000)]
    assert len(set(ids)) == len(ids)
    assert [one[:13] for one in ids] == sorted(one[:13] for one in ids)
