"""A broker of one's own with a second door: through a proxy, for workers alone."""

from __future__ import annotations

from pathlib import Path

from enginerig.broker import MortalBroker
from steady.proxy import Proxy

from streams.embedded.ports import LOOPBACK, free_ports

__all__ = ["ProxiedBroker"]


class ProxiedBroker(MortalBroker):
    """Kafka through several lives, which says of itself on its second port that it is the proxy.

    Attributes
    ----------
    proxied : bootstrap servers by way of the proxy.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._proxied_port, self._back_port = free_ports(2)
        self.proxy = Proxy(self._proxied_port, self._back_port)
        self.proxied = f"{LOOPBACK}:{self._proxied_port}"

    def _server_properties(self, data_dir: Path, port: int, controller_port: int) -> str:
        text = super()._server_properties(data_dir, port, controller_port)
        plain = f"PLAINTEXT://{LOOPBACK}:{port}"
        listeners = f"{plain},PROXIED://{LOOPBACK}:{self._back_port}"
        told = f"{plain},PROXIED://{LOOPBACK}:{self._proxied_port}"
        lines = [
            line.replace(plain, told if line.startswith("advertised") else listeners)
            for line in text.splitlines()
        ]
        protocols = "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,PROXIED:PLAINTEXT"
        lines.append(f"listener.security.protocol.map={protocols}")
        return "\n".join([*lines, ""])
