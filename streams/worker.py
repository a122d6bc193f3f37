"""`faust -A streams.worker worker --without-web`: importing this makes the app.

It is the one module whose import does something: it reads the settings, waits for Kafka and sees
to the topics, as `livecue worker` does.
"""

from __future__ import annotations

import sys

from config import SettingsError, load_settings, topics
from features.errors import LivecueError
from streams.app import create_app
from streams.readiness import get_ready
from streams.redis_access import check_redis
from streams.serving import complain
from streams.topic_admin import ensure_topics
from streams.worker_log import configure_log

__all__ = ["app"]

try:
    _settings = load_settings()
    if _settings.kafka.bootstrap_servers is None:
        raise SettingsError(["kafka.bootstrap_servers: is missing; only `livecue` embeds a Kafka"])
    check_redis(_settings.redis)
    ensure_topics(
        _settings.kafka,
        topics(_settings).values(),
        create=_settings.topics.create,
        timeout_s=_settings.kafka.start_timeout_s,
        say=complain,
    )
except SettingsError as error:
    complain(str(error))
    sys.exit(2)
except LivecueError as error:
    complain(str(error))
    sys.exit(1)

configure_log(_settings.log)
get_ready()
app = create_app(_settings)
