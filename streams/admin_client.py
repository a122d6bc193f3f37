"""An admin client of a Kafka that may still be on its way up."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from features.errors import LivecueError
from streams.connection import kafka_security
from streams.kafka_reach import reach

if TYPE_CHECKING:
    from kafka import KafkaAdminClient

    from config import Kafka

__all__ = ["KafkaAwayError", "Say", "connect_admin"]

_FIRST_PAUSE_S = 0.25
_LONGEST_PAUSE_S = 5.0
_ATTEMPT_S = 5.0

Say = Callable[[str], None]


class KafkaAwayError(LivecueError):
    """Kafka did not answer within the configured time."""


@contextmanager
def connect_admin(
    kafka: Kafka, *, timeout_s: float, say: Say | None = None
) -> Iterator[KafkaAdminClient]:
    """An admin client, once Kafka answers.

    Parameters
    ----------
    kafka : the settings' `kafka` section, with `bootstrap_servers` filled in

    Raises
    ------
    KafkaAwayError
        It did not answer within `timeout_s`.
    RefusedError
        It is there, but we do not accept it, or it does not accept us.
    """
    admin = _connect(kafka, time.monotonic() + timeout_s, timeout_s, say)
    try:
        yield admin
    finally:
        admin.close()


def _connect(kafka: Kafka, deadline: float, timeout_s: float, say: Say | None) -> KafkaAdminClient:
    from kafka import KafkaAdminClient
    from kafka.errors import KafkaError

    bootstrap_servers, security = str(kafka.bootstrap_servers), kafka_security(kafka)
    pause_s = _FIRST_PAUSE_S
    while True:
        try:
            # First by ourselves: a client that cannot start leaves its sockets open.
            reach(bootstrap_servers, security)
            return KafkaAdminClient(
                bootstrap_servers=bootstrap_servers.split(","),
                bootstrap_timeout_ms=int(_ATTEMPT_S * 1000),
                **security,
            )
        except (KafkaError, OSError) as error:
            left_s = deadline - time.monotonic()
            if left_s <= 0:
                named = " (kafka.start_timeout_s)" if timeout_s == kafka.start_timeout_s else ""
                raise KafkaAwayError(
                    f"Kafka at {bootstrap_servers} did not answer within {timeout_s:g} s{named}:"
                    f" {error}. Is it running, and is the address right?"
                ) from error
        if say is not None:
            say(f"Kafka at {bootstrap_servers} does not answer yet; giving up in {left_s:.0f} s")
        time.sleep(min(pause_s, left_s))
        pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)
