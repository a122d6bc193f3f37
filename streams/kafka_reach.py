"""Talk to Kafka once, as all clients will, and say clearly when they would be refused.

Kafka's clients try a refused connection again for ever, or for a minute, and then name no cause.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

from streams.tls_trouble import RefusedError, speaks_tls, tls_cause, tls_trouble

__all__ = ["reach", "split_address"]

_ANSWER_MS = 5_000
_CLOSING_S = 0.25
_SERVER = "kafka.bootstrap_servers"
_PROTOCOL = "kafka.security_protocol"
Address = tuple[str, int]


def split_address(server: str) -> Address:
    """Host and port of `host:port` or `[address]:port`.

    Raises
    ------
    ValueError
        The port is no number.

    >>> split_address("[::1]:9092")
    ('::1', 9092)
    """
    host, _, port = server.strip().rpartition(":")
    return host.strip("[]"), int(port)


def reach(bootstrap_servers: str, security: Mapping[str, Any]) -> None:
    """Connect to the first server that is there, log in, and see that its brokers take us too.

    Parameters
    ----------
    security : as `kafka_security` gives it.

    Raises
    ------
    RefusedError
        TLS or the login fails; it will not get better by waiting.
    OSError, ValueError
        No server answers, or an address is none.
    """
    addresses = [split_address(server) for server in bootstrap_servers.split(",")]
    # A thread of its own, since the caller may be within an event loop.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, _reach(addresses, security)).result()


async def _reach(addresses: list[Address], security: Mapping[str, Any]) -> None:
    away = OSError("no address")
    for address in addresses:
        try:
            brokers = await _brokers(address, security)
        except OSError as error:
            away = error
        else:
            others = [_brokers(broker, security) for broker in brokers if broker != address]
            # One that is down is none of our business; one that refuses us is.
            for outcome in await asyncio.gather(*others, return_exceptions=True):
                if isinstance(outcome, RefusedError):
                    raise outcome
            return
    raise away


async def _brokers(address: Address, security: Mapping[str, Any]) -> list[Address]:
    """Ask one server which brokers there are.

    Raises
    ------
    RefusedError, OSError
    """
    from aiokafka.errors import KafkaConnectionError, KafkaError
    from aiokafka.protocol.metadata import MetadataRequest

    server = f"Kafka at {address[0]}:{address[1]}"
    logged_in = False
    try:
        async with _connected(address, security) as connection:
            logged_in = True
            answer = await connection.send(MetadataRequest([]))
    except (OSError, KafkaConnectionError, EOFError) as error:
        if (trouble := tls_cause(error)) is not None:
            raise RefusedError(tls_trouble(trouble, server, "kafka", _SERVER)) from error
        await _explain_the_end(server, address, security, logged_in)
        raise OSError(f"{server} closed the connection: {error}") from error
    except KafkaError as error:
        raise RefusedError(_login_trouble(error, server, security)) from error
    return [(host, port) for _node, host, port, *_ in answer.brokers]


async def _explain_the_end(
    server: str, address: Address, security: Mapping[str, Any], logged_in: bool
) -> None:
    """Raise `RefusedError` when a closed connection means that we came in the wrong way."""
    over_tls = "ssl_context" in security
    if logged_in and "sasl_mechanism" not in security:
        wanted = "SASL_SSL" if over_tls else "SASL_PLAINTEXT"
        raise RefusedError(f"{server} wants a login. Set {_PROTOCOL} to {wanted}")
    if over_tls and await _answers_plainly(address):
        raise RefusedError(f"{server} does not speak TLS. Correct {_SERVER}, or {_PROTOCOL}")
    if not over_tls and await asyncio.to_thread(speaks_tls, *address):
        raise RefusedError(f"{server} speaks TLS. Set {_PROTOCOL} to SSL or SASL_SSL")


async def _answers_plainly(address: Address) -> bool:
    from aiokafka.errors import KafkaError

    try:
        async with _connected(address, {}):
            return True
    except (OSError, KafkaError, EOFError):
        return False


@asynccontextmanager
async def _connected(address: Address, security: Mapping[str, Any]) -> AsyncIterator[Any]:
    from aiokafka.conn import AIOKafkaConnection

    connection = AIOKafkaConnection(*address, request_timeout_ms=_ANSWER_MS, **security)
    try:
        await connection.connect()
        yield connection
    finally:
        # One that never opened does not tell that it is closed.
        await asyncio.wait([connection.close()], timeout=_CLOSING_S)


def _login_trouble(error: Exception, server: str, security: Mapping[str, Any]) -> str:
    from aiokafka import errors

    mechanism, user = security.get("sasl_mechanism"), security.get("sasl_plain_username")
    if isinstance(error, errors.IllegalSaslStateError):
        return f"{server} has no logins. Set {_PROTOCOL} to SSL or PLAINTEXT"
    if isinstance(error, errors.UnsupportedSaslMechanismError):
        return f"{server} does not offer {mechanism}. Set kafka.sasl_mechanism to one it has"
    if isinstance(error, errors.SaslAuthenticationFailed):
        return (
            f"{server} refuses the login of {user!r} by {mechanism}. Correct kafka.sasl_username,"
            " kafka.sasl_password or kafka.sasl_mechanism"
        )
    return f"{server} refuses us: {error!r}"
