"""See whether Redis takes us, before the view is written behind everybody's back."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from streams.connection import redis_client_options, redis_url, tls_context
from streams.masked_url import masked_url
from streams.tls_trouble import RefusedError, speaks_tls, tls_cause, tls_refusal, tls_trouble

if TYPE_CHECKING:
    from config.servers import Redis

__all__ = ["check_redis"]

_ANSWER_S = 5.0
_PORT = 6379


def check_redis(server: Redis) -> str | None:
    """Log in once, where the settings name a Redis.

    Returns
    -------
    Why it does not answer; None when it does, or none is set. The view can wait for one that is
    away.

    Raises
    ------
    RefusedError
        TLS or the login fails; it will not get better by waiting.
    TlsFileError
        A certificate or key cannot be used.
    """
    url = redis_url(server)
    if not url:
        return None
    import redis
    from redis.backoff import NoBackoff
    from redis.exceptions import NoPermissionError
    from redis.retry import Retry

    name = f"Redis at {masked_url(url)}"
    client = redis.Redis.from_url(
        url,
        **redis_client_options(server),
        socket_timeout=_ANSWER_S,
        socket_connect_timeout=_ANSWER_S,
        retry=Retry(NoBackoff(), 0),
    )
    try:
        with client:
            client.ping()
    except redis.AuthenticationError as error:
        raise RefusedError(
            f"{name} refuses the login: {error}. Correct redis.username and redis.password, or"
            " redis.url"
        ) from error
    except NoPermissionError:
        return None
    except (redis.RedisError, OSError) as error:
        _explain_the_end(server, name, error)
        return str(error)
    return None


def _explain_the_end(server: Redis, name: str, error: Exception) -> None:
    """Raise `RefusedError` when a failed connection means that we came in the wrong way."""
    parts = urlsplit(redis_url(server))
    if parts.scheme == "unix":
        return
    address = parts.hostname or "localhost", parts.port or _PORT
    if parts.scheme == "redis":
        if speaks_tls(*address):
            raise RefusedError(f"{name} speaks TLS. Set redis.url to rediss://…") from error
        return
    trouble = tls_cause(error) or tls_refusal(*address, tls_context(server, "redis"))
    if trouble is not None:
        raise RefusedError(tls_trouble(trouble, name, "redis", "redis.url")) from error
    if _answers_plainly(address):
        raise RefusedError(f"{name} does not speak TLS. Set redis.url to redis://…") from error


def _answers_plainly(address: tuple[str, int]) -> bool:
    try:
        with socket.create_connection(address, timeout=_ANSWER_S) as plain:
            plain.sendall(b"PING\r\n")
            return plain.recv(1) in (b"+", b"-")
    except OSError:
        return False
