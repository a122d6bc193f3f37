"""The wire as an AsyncAPI 3.0 document, with the Kafka bindings."""

from __future__ import annotations

from typing import Any

from config import Settings, topics
from features.contracts.examples import EXAMPLES
from streams.reference.schemas import schema_components
from streams.reference.wire_records import WIRE_RECORDS, WireRecord

__all__ = ["DEAD_LETTER_HEADERS", "REMINDER_HEADERS", "asyncapi"]

_BINDING = "0.5.0"
REMINDER_HEADERS = {
    "reminder_id": "The same id as in the value.",
    "content-type": "`application/json`.",
    "ce_id": "CloudEvents id, equals `reminder_id`.",
    "ce_type": "`livecue.reminder.v1`.",
    "ce_source": "Which Livecue made it.",
    "ce_specversion": "`1.0`.",
    "ce_time": "Send time, RFC 3339 in UTC.",
}
DEAD_LETTER_HEADERS = {
    "error_code": "A code of the page error-codes.md.",
    "error_text": "The field, what came, what to send; at most 500 characters.",
    "source_topic": "Full name of the topic.",
    "source_partition": "Decimal text.",
    "source_offset": "Decimal text.",
    "ts": "When it was refused, epoch milliseconds as decimal text.",
}


def asyncapi() -> dict[str, Any]:
    """The document; addresses have the default prefix `livecue.`."""
    names = [record.topic for record in WIRE_RECORDS]
    messages = {record.topic: _message(record) for record in WIRE_RECORDS}
    actions = {record.topic: record.action for record in WIRE_RECORDS}
    messages["dead-letters"] = _dead_letter()
    actions["dead-letters"] = "send"
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Livecue",
            "version": "1",
            "description": "Behaviour and live streams in, personal reminders out.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {name: _channel(name) for name in [*names, "dead-letters"]},
        "operations": {
            f"{action}-{name}": {
                "action": action,
                "channel": {"$ref": f"#/channels/{name}"},
                "messages": [{"$ref": f"#/channels/{name}/messages/{name}"}],
            }
            for name, action in actions.items()
        },
        "components": {
            "messages": messages,
            "schemas": schema_components(WIRE_RECORDS, "#/components/schemas/{name}"),
        },
    }


def _channel(name: str) -> dict[str, Any]:
    topic = topics(Settings())[name]
    kept: dict[str, Any] = {"cleanup.policy": [topic.cleanup]}
    if topic.retention_ms is not None:
        kept["retention.ms"] = topic.retention_ms
    return {
        "address": topic.name,
        "messages": {name: {"$ref": f"#/components/messages/{name}"}},
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "partitions": topic.partitions,
                "topicConfiguration": kept,
                "bindingVersion": _BINDING,
            }
        },
    }


def _message(record: WireRecord) -> dict[str, Any]:
    message: dict[str, Any] = {
        "name": record.topic,
        "title": record.struct.__name__,
        "summary": f"Written by {record.writers}; read by {record.readers}.",
        "contentType": "application/json",
        "payload": {"$ref": f"#/components/schemas/{record.struct.__name__}"},
        "examples": [{"payload": example} for _, example in EXAMPLES[record.topic]],
    }
    if record.key != "none":
        message["bindings"] = {
            "kafka": {
                "key": {"type": "string", "description": record.key},
                "bindingVersion": _BINDING,
            }
        }
    if record.topic == "reminders":
        message["headers"] = _headers(REMINDER_HEADERS)
    return message


def _dead_letter() -> dict[str, Any]:
    return {
        "name": "dead-letters",
        "title": "DeadLetter",
        "summary": "Written by workers; read by SREs. The record as it came, under its own key.",
        "contentType": "application/octet-stream",
        "payload": {"description": "The bytes as they came; beyond 2 MiB they are cut."},
        "headers": _headers(DEAD_LETTER_HEADERS),
    }


def _headers(named: dict[str, str]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {
            name: {"type": "string", "description": text} for name, text in named.items()
        },
        "required": list(named),
    }
