"""How every client of Livecue reaches Kafka and Redis, from the settings."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Any

from features.errors import LivecueError

if TYPE_CHECKING:
    from faust.types.auth import CredentialsT
    from pydantic import SecretStr

    from config import Kafka
    from config.security import TlsFiles
    from config.servers import Redis

__all__ = [
    "TlsFileError",
    "faust_credentials",
    "kafka_client_options",
    "kafka_security",
    "redis_client_options",
    "redis_url",
    "tls_context",
]


class TlsFileError(LivecueError):
    """A certificate or key that cannot be used; the text says which setting names it."""


def kafka_client_options(kafka: Kafka) -> dict[str, Any]:
    """Options that all aiokafka clients share.

    Parameters
    ----------
    kafka : the settings' `kafka` section, with `bootstrap_servers` filled in.

    Raises
    ------
    TlsFileError
        A certificate or key cannot be used.
    """
    return {
        "bootstrap_servers": kafka.bootstrap_servers,
        "request_timeout_ms": int(kafka.request_timeout_s * 1000),
        **kafka_security(kafka),
    }


def kafka_security(kafka: Kafka) -> dict[str, Any]:
    """TLS and login as aiokafka and kafka-python both take them: `kafka_options` of clients.

    Raises
    ------
    TlsFileError
        A certificate or key cannot be used.
    """
    options: dict[str, Any] = {"security_protocol": kafka.security_protocol}
    if kafka.over_tls:
        options["ssl_context"] = tls_context(kafka, "kafka")
    if kafka.logs_in:
        options["sasl_mechanism"] = kafka.sasl_mechanism
        options["sasl_plain_username"] = kafka.sasl_username
        options["sasl_plain_password"] = _plain(kafka.sasl_password)
    return options


def faust_credentials(kafka: Kafka) -> CredentialsT | None:
    """The same as Faust's `broker_credentials`; None without TLS and login.

    Raises
    ------
    TlsFileError
        A certificate or key cannot be used.
    """
    import faust

    security = kafka_security(kafka)
    if kafka.logs_in:
        return faust.SASLCredentials(
            username=kafka.sasl_username,
            password=_plain(kafka.sasl_password),
            mechanism=kafka.sasl_mechanism,
            ssl_context=security.get("ssl_context"),
        )
    return faust.SSLCredentials(security["ssl_context"]) if kafka.over_tls else None


def redis_client_options(redis: Redis) -> dict[str, Any]:
    """Keyword arguments of redis-py's `from_url`, beside the URL.

    Raises
    ------
    TlsFileError
        A certificate or key cannot be used.
    """
    options: dict[str, Any] = {}
    if redis.password is not None:
        options["username"] = redis.username
        options["password"] = _plain(redis.password)
    if redis_url(redis).startswith("rediss://"):
        # redis-py makes its own context; made here, files that cannot be used are named.
        tls_context(redis, "redis")
        options["ssl_ca_certs"] = redis.ssl_ca_file
        options["ssl_certfile"] = redis.ssl_cert_file
        options["ssl_keyfile"] = redis.ssl_key_file
        options["ssl_password"] = _plain(redis.ssl_key_password)
    return options


def redis_url(redis: Redis) -> str:
    """Return the URL with whatever password it holds; empty where there is to be no view."""
    return _plain(redis.url) or ""


def _plain(secret: SecretStr | None) -> str | None:
    return None if secret is None else secret.get_secret_value()


def tls_context(files: TlsFiles, section: str) -> ssl.SSLContext:
    """Make a context that checks host names and refuses servers without a trusted certificate.

    Parameters
    ----------
    section : of the settings, `kafka` or `redis`; for messages.

    Raises
    ------
    TlsFileError
        A certificate or key cannot be used.
    """
    try:
        context = ssl.create_default_context(cafile=files.ssl_ca_file)
    except OSError as error:
        raise _unusable(f"{section}.ssl_ca_file", files.ssl_ca_file, error) from error
    if files.ssl_cert_file is None:
        return context
    try:
        # A password is always given: without one OpenSSL would ask for it at the terminal.
        context.load_cert_chain(
            files.ssl_cert_file, files.ssl_key_file, _plain(files.ssl_key_password) or ""
        )
    except OSError as error:
        settings = f"{section}.ssl_cert_file (with ssl_key_file, ssl_key_password)"
        raise _unusable(settings, files.ssl_cert_file, error) from error
    return context


def _unusable(setting: str, file: str | None, error: OSError) -> TlsFileError:
    if isinstance(error, ssl.SSLError):
        reason = error.reason or "no PEM certificate and key, or another password"
    else:
        reason = error.strerror or str(error)
    return TlsFileError(f"{setting}: {file} cannot be used: {reason}")
