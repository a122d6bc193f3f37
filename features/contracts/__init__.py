"""The wire contract as types: one noun a file, one Struct a record."""

from __future__ import annotations

from features.contracts.clock import ClockTick
from features.contracts.feedback import (
    FEEDBACK_CODE,
    FEEDBACK_TYPES,
    WITHOUT_REMINDER,
    Feedback,
    FeedbackType,
)
from features.contracts.interaction import (
    INTERACTION_TYPES,
    NEEDS_HOST,
    NEEDS_QUERY,
    NEEDS_STREAM,
    TYPE_CODE,
    Interaction,
    InteractionType,
)
from features.contracts.kpi import Diagnosis, Interval, Kpi, KpiScope, Rates
from features.contracts.profile import Consent, Profile, QuietHours
from features.contracts.reminder import (
    Action,
    Experiment,
    Intent,
    Media,
    Policy,
    Reason,
    Reminder,
)
from features.contracts.stream import (
    REQUIRED_WHEN_SCHEDULED,
    STREAM_STATUSES,
    Copy,
    Cover,
    CoverKind,
    Product,
    StreamRecord,
    StreamStatus,
    StreamTombstone,
)
from features.contracts.watermark import Watermark

__all__ = [
    "FEEDBACK_CODE",
    "FEEDBACK_TYPES",
    "INTERACTION_TYPES",
    "NEEDS_HOST",
    "NEEDS_QUERY",
    "NEEDS_STREAM",
    "REQUIRED_WHEN_SCHEDULED",
    "STREAM_STATUSES",
    "TYPE_CODE",
    "WITHOUT_REMINDER",
    "Action",
    "ClockTick",
    "Consent",
    "Copy",
    "Cover",
    "CoverKind",
    "Diagnosis",
    "Experiment",
    "Feedback",
    "FeedbackType",
    "Intent",
    "Interaction",
    "InteractionType",
    "Interval",
    "Kpi",
    "KpiScope",
    "Media",
    "Policy",
    "Product",
    "Profile",
    "QuietHours",
    "Rates",
    "Reason",
    "Reminder",
    "StreamRecord",
    "StreamStatus",
    "StreamTombstone",
    "Watermark",
]
