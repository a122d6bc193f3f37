"""Contract records as Kafka takes them: topic, key and value, checked as a worker checks them."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import msgspec

from features.contracts import (
    NEEDS_HOST,
    NEEDS_QUERY,
    NEEDS_STREAM,
    WITHOUT_REMINDER,
    Feedback,
    Interaction,
    Profile,
    StreamRecord,
)
from features.decode import (
    Rejected,
    decode_feedback,
    decode_profiles,
    decode_stream,
    read_interactions,
)
from features.raw_records import RawRecords
from streams.clients.errors import InvalidRecordError

__all__ = ["InputRecord", "Outgoing", "outgoing"]

InputRecord: TypeAlias = Interaction | Feedback | Profile | StreamRecord

_interaction = msgspec.json.Decoder(Interaction)
_feedback = msgspec.json.Decoder(Feedback)
_NEEDS = {
    **dict.fromkeys(NEEDS_STREAM, "stream_id"),
    **dict.fromkeys(NEEDS_HOST, "host_id"),
    **dict.fromkeys(NEEDS_QUERY, "query"),
}


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
    """What a worker would say; the full diagnosis is made only where a quick look finds a fault."""
    match record:
        case Interaction() | Feedback() if _looks_fit(record, sent.value):
            return None
        case Interaction():
            _, _, rejected = read_interactions([sent.key], [sent.value], None)
            return rejected[0] if rejected else None
        case Feedback():
            _, refusals = decode_feedback(RawRecords.of([sent.key], [sent.value]), None)
        case Profile():
            _, refusals = decode_profiles(RawRecords.of([sent.key], [sent.value]), None)
        case StreamRecord():
            found = decode_stream(sent.key, sent.value, None)
            return found if isinstance(found, Rejected) else None
    return refusals[0] if refusals else None


def _looks_fit(record: Interaction | Feedback, value: bytes) -> bool:
    try:
        if isinstance(record, Feedback):
            _feedback.decode(value)
            return record.reminder_id is not None or record.type in WITHOUT_REMINDER
        _interaction.decode(value)
    except msgspec.MsgspecError:
        return False
    needed = _NEEDS.get(record.type)
    return needed is None or getattr(record, needed) is not None
