"""`faust -A streams.worker worker --without-web`: importing this makes the app.

It is the one module whose import does something: it reads the settings, waits for Kafka and sees
to the topics, as `livecue worker` does.
"""

from __future__ import annotations

import sys

from config import SettingsError, load_settings
from features.errors import LivecueError
from streams.app import create_app
from streams.configured_kafka import configured_topics, require_kafka
from streams.engine.allocation import keep_freed
from streams.readiness import get_ready
from streams.redis_access import check_redis
from streams.serving import complain
from streams.worker_log import configure_log

__all__ = ["app"]

keep_freed()
try:
    _settings = load_settings()
    require_kafka(_settings)
    check_redis(_settings.redis)
    configured_topics(_settings, complain)
except SettingsError as error:
    complain(str(error))
    sys.exit(2)
except LivecueError as error:
    complain(str(error))
    sys.exit(1)

configure_log(_settings.log)
get_ready()
app = create_app(_settings)
