"""From records as they came to columns, updates and records, and what is wrong with the rest."""

from __future__ import annotations

from features.decode.clock import decode_tick
from features.decode.codes import ERROR_CODES
from features.decode.columns import FeedbackColumns, InteractionColumns
from features.decode.dead_letter import dead_letters
from features.decode.feedback import decode_feedback
from features.decode.interactions import decode_interactions, read_interactions
from features.decode.locales import is_locale
from features.decode.profiles import ProfileUpdate, decode_profiles
from features.decode.refusals import Refusals
from features.decode.rejected import Rejected
from features.decode.streams import decode_stream
from features.decode.urls import is_url

__all__ = [
    "ERROR_CODES",
    "FeedbackColumns",
    "InteractionColumns",
    "ProfileUpdate",
    "Refusals",
    "Rejected",
    "dead_letters",
    "decode_feedback",
    "decode_interactions",
    "decode_profiles",
    "decode_stream",
    "decode_tick",
    "is_locale",
    "is_url",
    "read_interactions",
]
