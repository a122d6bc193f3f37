"""Whether Kafka takes us where it is said to be, before a client is made.

A kafka-python client that cannot start tries for half a minute and leaves its sockets open.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from features.errors import LivecueError
from streams.kafka_reach import reach

__all__ = ["addresses"]

_SECURITY = (
    "security_protocol",
    "ssl_context",
    "sasl_mechanism",
    "sasl_plain_username",
    "sasl_plain_password",
)


def addresses(bootstrap_servers: str, options: Mapping[str, Any]) -> list[str]:
    """Return the servers one by one, once one of them has taken us.

    Parameters
    ----------
    options : of the client; its security is used, where that is as `kafka_security` gives it.

    Raises
    ------
    LivecueError
        None of them is there, or Kafka refuses us.
    """
    try:
        reach(bootstrap_servers, {name: options[name] for name in _SECURITY if name in options})
    except (OSError, ValueError) as error:
        raise LivecueError(f"Kafka at {bootstrap_servers} does not answer: {error}") from error
    return [server.strip() for server in bootstrap_servers.split(",")]
