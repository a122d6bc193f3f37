"""Whether somebody listens where Kafka is said to be, before a client is made.

A kafka-python client that cannot start tries for half a minute and leaves its sockets open.
"""

from __future__ import annotations

import socket

from features.errors import LivecueError

__all__ = ["addresses"]

_TIMEOUT_S = 5.0


def addresses(bootstrap_servers: str) -> list[str]:
    """Return the servers one by one, once one of them has accepted a connection.

    Raises
    ------
    LivecueError
        None of them did.
    """
    servers = [server.strip() for server in bootstrap_servers.split(",")]
    refused: OSError | ValueError = OSError("no address")
    for server in servers:
        host, _, port = server.rpartition(":")
        try:
            socket.create_connection((host.strip("[]"), int(port)), timeout=_TIMEOUT_S).close()
        except (OSError, ValueError) as error:
            refused = error
        else:
            return servers
    raise LivecueError(f"Kafka at {bootstrap_servers} does not answer: {refused}") from refused
