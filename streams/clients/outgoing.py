"""Contract records as Kafka takes them: topic, key and value, checked as a worker checks them."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import msgspec

from features.contracts import Feedback, Interaction, Profile, StreamRecord
from features.decode import (
    Rejected,
    decode_feedback,
    decode_interactions,
    decode_profiles,
    decode_stream,
)
from streams.clients.errors import InvalidRecordError

__all__ = ["InputRecord", "Outgoing", "outgoing"]

InputRecord: TypeAlias = Interaction | Feedback | Profile | StreamRecord


class Outgoing(NamedTuple):
    """A record to be sent; `topic` has no prefix."""

    topic: str
    key: bytes
    value: bytes


def outgoing(record: InputRecord) -> Outgoing:
    """Encode a record for the topic of its type; absent optional fields are left out.

    Raises
    ------
    InvalidRecordError
        A worker would refuse it.
    """
    try:
        value = msgspec.json.encode(record)
        name = record.stream_id if isinstance(record, StreamRecord) else record.user_id
        sent = Outgoing(_topic(record), name.encode(), value)
    except UnicodeEncodeError:
        text = "a string holds half of a UTF-16 surrogate pair; cut text between characters"
        raise InvalidRecordError("lone_surrogate", text) from None
    except (AttributeError, TypeError) as error:
        raise InvalidRecordError("wrong_type", f"the record is no JSON: {error}") from None
    fault = _fault(record, sent)
    if fault is not None:
        raise InvalidRecordError(fault.code, fault.text)
    return sent


def _topic(record: InputRecord) -> str:
    match record:
        case Interaction():
            return "interactions"
        case Feedback():
            return "feedback"
        case Profile():
            return "profiles"
        case StreamRecord():
            return "streams"


def _fault(record: InputRecord, sent: Outgoing) -> Rejected | None:
    if isinstance(record, StreamRecord):
        found = decode_stream(sent.key, sent.value, None)
        return found if isinstance(found, Rejected) else None
    match record:
        case Interaction():
            _, rejected = decode_interactions([sent.key], [sent.value], None)
        case Feedback():
            _, rejected = decode_feedback([sent.key], [sent.value], None)
        case Profile():
            _, rejected = decode_profiles([sent.key], [sent.value], None)
    return rejected[0] if rejected else None
