"""Settings of the wire's security: who we are, whom we trust, what is encrypted."""

from __future__ import annotations

from pathlib import PurePath
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, SecretStr, model_validator

from config.values import Group

__all__ = ["AbsoluteFile", "KafkaLogin", "TlsFiles"]

SecurityProtocol = Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]
SaslMechanism = Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]


def _absolute(file: str) -> str:
    if not PurePath(file).is_absolute():
        raise ValueError("must be an absolute path: workers run in folders of their own")
    return file


AbsoluteFile = Annotated[str, AfterValidator(_absolute)]


class TlsFiles(Group):
    """Certificates and keys of a connection over TLS, PEM files."""

    ssl_ca_file: AbsoluteFile | None = Field(
        None, description="authorities that may sign the server's certificate; none: the system's"
    )
    ssl_cert_file: AbsoluteFile | None = Field(
        None, description="our certificate with its chain, where the server asks for one (mTLS)"
    )
    ssl_key_file: AbsoluteFile | None = Field(
        None, description="our private key; none: it is in `ssl_cert_file`"
    )
    ssl_key_password: SecretStr | None = Field(None, description="what our private key opens with")
    ssl_key_password_file: AbsoluteFile | None = Field(
        None, description="file that holds `ssl_key_password`"
    )

    @model_validator(mode="after")
    def _key_belongs_to_a_certificate(self) -> Self:
        if self.ssl_cert_file is None and (self.ssl_key_file or self.ssl_key_password):
            raise ValueError("ssl_key_file and ssl_key_password need ssl_cert_file")
        return self

    def _refuse_tls_files(self, remedy: str) -> None:
        """Files that nothing would read are a mistake: what is meant to be safe is not."""
        if present := [name for name in TlsFiles.model_fields if getattr(self, name) is not None]:
            raise ValueError(f"{' and '.join(present)} would not be used; {remedy}")


class KafkaLogin(Group):
    """How we show Kafka who we are."""

    security_protocol: SecurityProtocol = Field(
        "PLAINTEXT", description="`SSL`: over TLS; `SASL_…`: with a login"
    )
    sasl_mechanism: SaslMechanism = Field(
        "SCRAM-SHA-512", description="how a login is proven; `PLAIN` over TLS only"
    )
    sasl_username: str | None = Field(None, min_length=1, description="who logs in")
    sasl_password: SecretStr | None = Field(None, min_length=1, description="its password")
    sasl_password_file: AbsoluteFile | None = Field(
        None, description="file that holds `kafka.sasl_password`"
    )

    @property
    def over_tls(self) -> bool:
        """Whether the connection is encrypted."""
        return self.security_protocol in {"SSL", "SASL_SSL"}

    @property
    def logs_in(self) -> bool:
        """Whether SASL is used."""
        return self.security_protocol.startswith("SASL_")

    @model_validator(mode="after")
    def _login_is_whole(self) -> Self:
        given = self.sasl_username is not None, self.sasl_password is not None
        if self.logs_in and not all(given):
            raise ValueError(
                f"security_protocol {self.security_protocol} needs sasl_username and"
                " sasl_password (or sasl_password_file)"
            )
        if not self.logs_in and any(given):
            raise ValueError(
                "sasl_username and sasl_password would not be used; set security_protocol to"
                " SASL_SSL"
            )
        if self.sasl_mechanism == "PLAIN" and self.security_protocol == "SASL_PLAINTEXT":
            raise ValueError(
                "sasl_mechanism PLAIN sends the password as it is; set security_protocol to"
                " SASL_SSL, or use SCRAM-SHA-512"
            )
        return self
