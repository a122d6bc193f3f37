"""Settings and topics of Livecue: typed, plain data that imports nothing of ours."""

from __future__ import annotations

from config.load import load_settings
from config.problems import SettingsError
from config.servers import Kafka
from config.settings import Settings
from config.topics import Topic, topics

__all__ = ["Kafka", "Settings", "SettingsError", "Topic", "load_settings", "topics"]
