"""How every client of Livecue reaches Kafka, from the settings."""

from __future__ import annotations

from typing import Any

__all__ = ["kafka_client_options"]


def kafka_client_options(kafka: Any) -> dict[str, Any]:
    """Options that all aiokafka clients share.

    Parameters
    ----------
    kafka : the settings' `kafka` section, with `bootstrap_servers` filled in.
    """
    return {
        "bootstrap_servers": kafka.bootstrap_servers,
        "request_timeout_ms": int(kafka.request_timeout_s * 1000),
    }
