"""See whether Redis takes us, before the view is written behind everybody's back."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from streams.connection import redis_client_options, redis_url
from streams.masked_url import masked_url
from streams.tls_trouble import RefusedError, speaks_tls, tls_cause, tls_trouble

if TYPE_CHECKING:
    from config.servers import Redis

__all__ = ["check_redis"]

_ANSWER_S = 5.0


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
        if (trouble := tls_cause(error)) is not None:
            raise RefusedError(tls_trouble(trouble, name, "redis", "redis.url")) from error
        _explain_the_end(url, name)
        return str(error)
    return None


def _explain_the_end(url: str, name: str) -> None:
    """Raise `RefusedError` when we came without TLS to who wants it."""
    parts = urlsplit(url)
    if parts.scheme == "redis" and speaks_tls(parts.hostname or "localhost", parts.port or 6379):
        raise RefusedError(f"{name} speaks TLS. Set redis.url to rediss://…")
