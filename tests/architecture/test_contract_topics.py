"""The topic table is that of wire contract 1, line by line."""

from __future__ import annotations

import pytest

from config import Settings, topics

_DAY_MS = 86_400_000
# topic: partitions ("P" = one a user partition), days kept (None = compacted)
_CONTRACT: dict[str, tuple[str, float | None]] = {
    "interactions": ("P", 7),
    "feedback": ("P", 7),
    "profiles": ("P", None),
    "streams": ("1", None),
    "reminders": ("P", 7),
    "kpis": ("1", None),
    "dead-letters": ("1", 30),
    "watermarks": ("1", None),
    "clock": ("1", 1 / 24),
    "state": ("P", None),
}
_INTERNAL = {"examples", "models", "kpi-parts", "visits", "refused-streams", "quotas"}


@pytest.mark.parametrize("short", sorted(_CONTRACT))
def test_a_topic_is_as_the_contract_says(short: str) -> None:
    """Name, partitions and kind."""
    partitions, days = _CONTRACT[short]
    settings = Settings()
    topic = topics(settings)[short]
    assert topic.name == f"livecue.{short}"
    assert topic.partitions == (settings.topics.partitions if partitions == "P" else 1)
    assert topic.cleanup == ("compact" if days is None else "delete")
    assert topic.retention_ms == (None if days is None else round(days * _DAY_MS))


def test_only_internal_topics_are_beside_the_contract() -> None:
    """What other teams do not know of is ours alone."""
    assert set(topics(Settings())) == set(_CONTRACT) | _INTERNAL
