"""What `livecue doctor` looks at: each check says what it found and what to do about it."""

from __future__ import annotations

import importlib.util
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from features.errors import LivecueError
from streams.connection import redis_client_options, redis_url
from streams.masked_url import masked_url
from streams.redis_access import check_redis

if TYPE_CHECKING:
    from config import Settings

__all__ = ["Check", "checks"]

Verdict = Literal["ok", "warn", "fail", "skip"]

_OLDEST_PYTHON = (3, 11)
_FIRST_UNTESTED_PYTHON = (3, 14)
_ANSWER_S = 5.0
_SKEW_MS = 2_000


@dataclass(frozen=True, slots=True)
class Check:
    """One finding. `todo` is empty when there is nothing to do."""

    name: str
    verdict: Verdict
    found: str
    todo: str = ""


def checks(settings: Settings) -> Iterator[Check]:
    """All checks, each made when it is asked for; none raises."""
    yield _python()
    yield _accelerators()
    yield from _embedded_kafka(settings)
    yield from _kafka(settings)
    yield from _redis(settings)


def _python() -> Check:
    version = ".".join(map(str, sys.version_info[:3]))
    if _OLDEST_PYTHON <= sys.version_info[:2] < _FIRST_UNTESTED_PYTHON:
        return Check("python", "ok", version)
    return Check("python", "fail", version, "use Python 3.11, 3.12 or 3.13")


def _accelerators() -> Check:
    """Faust without its compiled parts is several times slower."""
    try:
        compiled = importlib.util.find_spec("faust._cython.streams")
    except ModuleNotFoundError:
        compiled = None
    if compiled is not None and str(compiled.origin).endswith((".so", ".pyd")):
        return Check("faust", "ok", "compiled")
    return Check(
        "faust", "warn", "not compiled, so slow", "install faust-streaming from a wheel for CPython"
    )


def _embedded_kafka(settings: Settings) -> Iterator[Check]:
    from streams.embedded.jars import default_cache_dir, kafka_folder, missing_jars
    from streams.embedded.java import find_java, java_major

    if settings.kafka.bootstrap_servers is not None:
        yield Check("java", "skip", "not needed: kafka.bootstrap_servers is set")
        return
    try:
        java = find_java()
    except LivecueError as error:
        yield Check("java", "fail", str(error), "install it, or set kafka.bootstrap_servers")
        return
    yield Check("java", "ok", f"{java_major(java)} at {java}")
    chosen = settings.embedded.cache_dir
    cache_dir = default_cache_dir() if chosen is None else Path(chosen).expanduser()
    missing = missing_jars(cache_dir)
    if missing:
        found = f"{len(missing)} jars of Kafka are not in {kafka_folder(cache_dir)}"
        yield Check("jars", "warn", found, "the next start fetches them; be online for that")
    else:
        yield Check("jars", "ok", f"complete in {kafka_folder(cache_dir)}")


def _kafka(settings: Settings) -> Iterator[Check]:
    from streams.admin_client import connect_admin

    address = settings.kafka.bootstrap_servers
    if address is None:
        todo = "run `livecue up` and set what it says, or set kafka.bootstrap_servers"
        yield Check("kafka", "skip", "not configured: `up`, `demo`, `worker` start their own", todo)
        return
    started = time.monotonic()
    try:
        timeout_s = min(settings.kafka.start_timeout_s, _ANSWER_S)
        with connect_admin(settings.kafka, timeout_s=timeout_s) as admin:
            brokers = len(admin.describe_cluster()["brokers"])
    except LivecueError as error:
        yield Check("kafka", "fail", str(error), "start it, or correct kafka.bootstrap_servers")
        return
    took_ms = (time.monotonic() - started) * 1000
    yield Check("kafka", "ok", f"{address} answers in {took_ms:.0f} ms, {brokers} broker(s)")
    yield _topics(settings)


def _topics(settings: Settings) -> Check:
    from config import topics
    from streams.topic_admin import MissingTopicsError, TopicsError, ensure_topics

    table = topics(settings).values()
    try:
        ensure_topics(settings.kafka, table, create=False, timeout_s=_ANSWER_S)
    except MissingTopicsError as error:
        verdict: Verdict = "warn" if settings.topics.create else "fail"
        return Check("topics", verdict, str(error), "run `livecue topics`")
    except TopicsError as error:
        return Check("topics", "fail", str(error), "set topics.partitions or topics.prefix")
    except LivecueError as error:
        return Check("topics", "fail", str(error), "see kafka")
    return Check("topics", "ok", f"all {len(table)} are there with the right partition counts")


def _redis(settings: Settings) -> Iterator[Check]:
    if settings.redis.url is None:
        yield _embedded_valkey()
        return
    url = redis_url(settings.redis)
    if not url:
        yield Check("redis", "skip", "switched off: redis.url is empty")
        return
    import redis

    try:
        away = check_redis(settings.redis)
    except LivecueError as error:
        yield Check("redis", "fail", str(error), "workers do not start with these settings")
        return
    if away is not None:
        found = f"{masked_url(url)} does not answer: {away}"
        yield Check("redis", "warn", found, "workers go on without it; start it, correct redis.url")
        return
    try:
        with redis.Redis.from_url(
            url,
            **redis_client_options(settings.redis),
            socket_timeout=_ANSWER_S,
            socket_connect_timeout=_ANSWER_S,
        ) as client:
            asked_ms = time.time_ns() / 1e6
            seconds, micros = client.time()
            answered_ms = time.time_ns() / 1e6
    except redis.RedisError as error:
        found = f"{masked_url(url)} does not answer: {error}"
        yield Check("redis", "warn", found, "workers go on without it; start it, correct redis.url")
        return
    yield Check("redis", "ok", f"{masked_url(url)} answers in {answered_ms - asked_ms:.0f} ms")
    yield _clock(seconds * 1000 + micros / 1000 - (asked_ms + answered_ms) / 2)


def _embedded_valkey() -> Check:
    from streams.embedded.valkey import find_valkey

    try:
        return Check("redis", "ok", f"not configured; an embedded one is at {find_valkey()}")
    except LivecueError as error:
        return Check("redis", "fail", str(error), "install one, or set redis.url")


def _clock(ahead_ms: float) -> Check:
    if abs(ahead_ms) <= _SKEW_MS:
        return Check("clock", "ok", f"{abs(ahead_ms):.0f} ms from the Redis server's")
    way = "behind" if ahead_ms > 0 else "ahead of"
    found = f"this machine's clock is {abs(ahead_ms) / 1000:.1f} s {way} the Redis server's"
    return Check("clock", "warn", found, "run NTP on both: reminders are due by this clock")
