"""Certificates of a test: good ones, and one for each way in which they go wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme
from cryptography.hazmat.primitives import serialization

__all__ = ["KEY_PASSWORD", "Certificates", "make_certificates"]

KEY_PASSWORD = "open-sesame-7c1f"
HOSTS = ("127.0.0.1", "localhost")


@dataclass(frozen=True)
class Certificates:
    """PEM files.

    Attributes
    ----------
    ca : the authority that both sides trust.
    server, expired, foreign, misnamed : key and chain of servers, in one file each.
    client, client_key : of a client; the key opens with `KEY_PASSWORD`.
    foreign_client, expired_client : key and chain of clients that no server should take.
    """

    ca: Path
    server: Path
    expired: Path
    foreign: Path
    misnamed: Path
    client: Path
    client_key: Path
    foreign_client: Path
    expired_client: Path


def make_certificates(folder: Path) -> Certificates:
    """Make an authority, a foreign one, and what they sign."""
    authority, stranger = trustme.CA(), trustme.CA()
    yesterday = datetime.now(UTC) - timedelta(days=1)
    client = authority.issue_cert("client.livecue.test")
    made = Certificates(
        **{name: folder / f"{name}.pem" for name in Certificates.__dataclass_fields__}
    )
    authority.cert_pem.write_to_path(made.ca)
    _write(made.server, authority.issue_cert(*HOSTS))
    _write(made.expired, authority.issue_cert(*HOSTS, not_after=yesterday))
    _write(made.foreign, stranger.issue_cert(*HOSTS))
    _write(made.misnamed, authority.issue_cert("elsewhere.livecue.test"))
    _write(made.foreign_client, stranger.issue_cert("client.livecue.test"))
    _write(made.expired_client, authority.issue_cert("client.livecue.test", not_after=yesterday))
    made.client.write_bytes(b"".join(pem.bytes() for pem in client.cert_chain_pems))
    made.client_key.write_bytes(_key(client, KEY_PASSWORD))
    return made


def _write(file: Path, leaf: trustme.LeafCert) -> None:
    chain = b"".join(pem.bytes() for pem in leaf.cert_chain_pems)
    file.write_bytes(_key(leaf, None) + chain)


def _key(leaf: trustme.LeafCert, password: str | None) -> bytes:
    """The key as PKCS #8, the one form that Kafka reads."""
    key = serialization.load_pem_private_key(leaf.private_key_pem.bytes(), None)
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(password.encode())
        if password
        else serialization.NoEncryption(),
    )
