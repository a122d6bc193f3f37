"""How events change the rows of users: columns in, arrays changed."""

from __future__ import annotations

from features.update.batch import Resolve, Resolved
from features.update.feedback import apply_feedback, record_sends
from features.update.interactions import apply_interactions
from features.update.profiles import apply_profiles

__all__ = [
    "Resolve",
    "Resolved",
    "apply_feedback",
    "apply_interactions",
    "apply_profiles",
    "record_sends",
]
