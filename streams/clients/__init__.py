"""For everyone around Livecue: report events, and receive reminders. Kept stable."""

from __future__ import annotations

from features.contracts import Feedback, Interaction, Profile, Reminder, StreamRecord
from streams.clients.errors import DeliveryError, InvalidRecordError
from streams.clients.event_id import new_event_id
from streams.clients.producer import EventProducer
from streams.clients.reminders import ReminderConsumer

__all__ = [
    "DeliveryError",
    "EventProducer",
    "Feedback",
    "Interaction",
    "InvalidRecordError",
    "Profile",
    "Reminder",
    "ReminderConsumer",
    "StreamRecord",
    "new_event_id",
]
