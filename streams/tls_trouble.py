"""What a failed TLS handshake means, in words that name the setting to change."""

from __future__ import annotations

import socket
import ssl

from features.errors import LivecueError

__all__ = ["RefusedError", "speaks_tls", "tls_cause", "tls_refusal", "tls_trouble"]

_TIMEOUT_S = 5.0
# A server that refuses our certificate says so right after the handshake.
_VERDICT_S = 1.0
# OpenSSL's X509_V_ERR_*.
_NOT_YET_VALID, _EXPIRED = 9, 10
_OTHER_HOST, _OTHER_ADDRESS = 62, 64


class RefusedError(LivecueError):
    """A server is there, but we do not accept it, or it does not accept us: waiting is no help."""


def tls_cause(error: BaseException | None) -> ssl.SSLError | None:
    """The TLS error that led to an error, if one did.

    A connection that is closed before the handshake ends is none: the server may just be starting.
    """
    while error is not None:
        if isinstance(error, ssl.SSLError) and not isinstance(
            error, (ssl.SSLEOFError, ssl.SSLZeroReturnError)
        ):
            return error
        error = error.__cause__ or error.__context__
    return None


def tls_trouble(error: ssl.SSLError, server: str, section: str, address: str) -> str:
    """Say what is wrong and which setting to change.

    Parameters
    ----------
    server : as the text should call it, such as `Kafka at host:9093`.
    section : of the settings, `kafka` or `redis`.
    address : the setting that names the server.
    """
    if isinstance(error, ssl.SSLCertVerificationError):
        shown = f"{server} shows a certificate that is not accepted"
        reason = error.verify_message.rstrip(".")
        return f"{shown}: {reason}. {_remedy(error.verify_code, section, address)}"
    reason = (error.reason or str(error)).replace("_", " ").lower()
    if "certificate" in reason or "unknown ca" in reason:
        return (
            f"{server} wants a client certificate that it trusts, and got none, or one that is"
            f" expired or foreign ({reason}). Set {section}.ssl_cert_file and"
            f" {section}.ssl_key_file"
        )
    if "wrong version number" in reason:
        return f"{server} does not speak TLS. Correct {address}"
    return f"{server} and we find no common TLS: {reason}. Check the {section}.ssl_… settings"


def tls_refusal(host: str, port: int, context: ssl.SSLContext) -> ssl.SSLError | None:
    """Shake hands alone, and return the error that a client found hidden in a closed connection."""
    try:
        with (
            socket.create_connection((host, port), timeout=_TIMEOUT_S) as plain,
            context.wrap_socket(plain, server_hostname=host) as secure,
        ):
            secure.settimeout(_VERDICT_S)
            secure.recv(1)
    except OSError as error:
        return tls_cause(error)
    return None


def speaks_tls(host: str, port: int) -> bool:
    """Whether a server answers a TLS handshake, whoever it is; nothing is sent over it."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        with (
            socket.create_connection((host, port), timeout=_TIMEOUT_S) as plain,
            context.wrap_socket(plain),
        ):
            return True
    except OSError as error:
        found = tls_cause(error)
        return found is not None and found.reason != "WRONG_VERSION_NUMBER"


def _remedy(code: int, section: str, address: str) -> str:
    if code in (_EXPIRED, _NOT_YET_VALID):
        return "Have it renewed, or set this machine's clock"
    if code in (_OTHER_HOST, _OTHER_ADDRESS):
        return f"{address} must name the server as its certificate does"
    return f"{section}.ssl_ca_file must hold the authority that signed it"
