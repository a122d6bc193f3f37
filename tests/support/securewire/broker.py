"""An embedded Kafka with one listener for each way of being secure, or of getting it wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from kafka import KafkaAdminClient
from kafka.admin import ScramMechanism, UserScramCredentialUpsertion
from securewire.certificates import Certificates

from streams.embedded import EmbeddedKafka
from streams.embedded.ports import LOOPBACK, free_ports

__all__ = ["PASSWORD", "USER", "SecureBroker"]

USER = "livecue-worker"
PASSWORD = "correct-horse-battery-3f9a"
_ITERATIONS = 4096
_SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule required;"
_PLAIN = "org.apache.kafka.common.security.plain.PlainLoginModule required"


class SecureBroker(EmbeddedKafka):
    """A real broker; `address` gives `host:port` of a listener by its name.

    `tls`: server certificate alone. `mtls`: a client's too. `scram`: TLS with SCRAM or PLAIN.
    `expired`, `foreign`, `misnamed`: TLS with such a certificate. `plain`: neither.
    """

    def __init__(self, certificates: Certificates) -> None:
        super().__init__(heap_mb=320)
        self._certificates = certificates
        self._ports: dict[str, int] = {}

    def address(self, listener: str) -> str:
        """Bootstrap servers that lead to a listener."""
        return self.bootstrap_servers if listener == "plain" else self._at(self._ports[listener])

    def start(self) -> Self:
        """Start the broker and make the user known."""
        super().start()
        admin = KafkaAdminClient(bootstrap_servers=self.bootstrap_servers)
        mechanisms = ScramMechanism.SCRAM_SHA_256, ScramMechanism.SCRAM_SHA_512
        try:
            for mechanism in mechanisms:
                login = UserScramCredentialUpsertion(USER, mechanism, PASSWORD, _ITERATIONS)
                assert admin.alter_user_scram_credentials([login]) == {USER: None}
        finally:
            admin.close()
        return self

    def __enter__(self) -> Self:
        return self.start()

    def _at(self, port: int) -> str:
        return f"{LOOPBACK}:{port}"

    def _server_properties(self, data_dir: Path, port: int, controller_port: int) -> str:
        keys = {
            "tls": self._certificates.server,
            "mtls": self._certificates.server,
            "scram": self._certificates.server,
            "expired": self._certificates.expired,
            "foreign": self._certificates.foreign,
            "misnamed": self._certificates.misnamed,
        }
        self._ports = dict(zip(keys, free_ports(len(keys)), strict=True))
        plain = super()._server_properties(data_dir, port, controller_port)
        lines = dict(line.split("=", 1) for line in plain.splitlines())
        where = "".join(f",{name}://{self._at(at)}" for name, at in self._ports.items())
        lines["listeners"] += where
        lines["advertised.listeners"] += where
        protocols = {name: "SASL_SSL" if name == "scram" else "SSL" for name in keys}
        protocols |= {"PLAINTEXT": "PLAINTEXT", "CONTROLLER": "PLAINTEXT"}
        lines["listener.security.protocol.map"] = ",".join(map(":".join, protocols.items()))
        lines["ssl.truststore.type"] = lines["ssl.keystore.type"] = "PEM"
        lines["ssl.truststore.location"] = str(self._certificates.ca)
        for name, key in keys.items():
            lines[f"listener.name.{name}.ssl.keystore.location"] = str(key)
        lines["listener.name.mtls.ssl.client.auth"] = "required"
        scram = "listener.name.scram."
        lines[scram + "sasl.enabled.mechanisms"] = "SCRAM-SHA-256,SCRAM-SHA-512,PLAIN"
        lines[scram + "scram-sha-256.sasl.jaas.config"] = _SCRAM
        lines[scram + "scram-sha-512.sasl.jaas.config"] = _SCRAM
        lines[scram + "plain.sasl.jaas.config"] = f'{_PLAIN} user_{USER}="{PASSWORD}";'
        return "".join(f"{key}={value}\n" for key, value in lines.items())
