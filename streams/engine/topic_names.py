"""Full names of the topics, prefix included."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["TopicNames"]


@dataclass(frozen=True, slots=True)
class TopicNames:
    """The topics of one deployment.

    >>> TopicNames.with_prefix("livecue.").dead_letters
    'livecue.dead-letters'
    """

    interactions: str
    feedback: str
    profiles: str
    streams: str
    reminders: str
    kpis: str
    dead_letters: str
    watermarks: str
    clock: str
    state: str
    examples: str
    models: str
    kpi_parts: str
    visits: str
    refused_streams: str
    quotas: str

    @classmethod
    def with_prefix(cls, prefix: str) -> TopicNames:
        """All names under `prefix`."""
        return cls(**{name: prefix + name.replace("_", "-") for name in cls.__dataclass_fields__})

    @property
    def user_inputs(self) -> tuple[str, str, str]:
        """The three topics that are read by user partition."""
        return (self.interactions, self.feedback, self.profiles)
