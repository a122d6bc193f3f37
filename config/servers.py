"""Settings of servers, topics and the engine that runs between them."""

from __future__ import annotations

from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationInfo, field_validator, model_validator

from config.security import AbsoluteFile, KafkaLogin, TlsFiles
from config.values import BootstrapServers, Group, TopicPrefix

__all__ = ["CompressionType", "Embedded", "Engine", "Kafka", "Redis", "Topics"]


CompressionType = Literal["none", "gzip", "lz4", "zstd"]
"""As Kafka names what its producers may set as `compression.type`."""


class KafkaAddress(Group):
    """Where Kafka is and how long it is waited for."""

    bootstrap_servers: BootstrapServers | None = Field(
        None, description="`host:port`, several joined by commas; none: an embedded broker"
    )
    start_timeout_s: float = Field(
        60, ge=0, le=3600, description="how long a starting process waits for Kafka"
    )
    request_timeout_s: float = Field(30, ge=1, le=600, description="longest wait for one answer")
    session_timeout_s: float = Field(
        10, ge=1, le=300, description="a silent worker loses its partitions after this"
    )

    @field_validator("session_timeout_s")
    @classmethod
    def _session_within_request(cls, session: float, info: ValidationInfo) -> float:
        request = info.data.get("request_timeout_s")
        if request is not None and session > request:
            raise ValueError(f"must be at most kafka.request_timeout_s ({request:g})")
        return session


class Kafka(TlsFiles, KafkaLogin, KafkaAddress):
    """Where Kafka is, who we are there, how the connection is protected, and what is sent how."""

    compression_type: CompressionType = Field(
        "gzip",
        description="of `reminders` and `dead-letters`; `gzip` is read by every Kafka client as it"
        " comes, `lz4` and `zstd` not",
    )

    @model_validator(mode="after")
    def _security_is_used(self) -> Self:
        if not self.over_tls:
            self._refuse_tls_files("set security_protocol to SSL or SASL_SSL")
        if self.bootstrap_servers is None and self.security_protocol != "PLAINTEXT":
            raise ValueError(
                f"security_protocol {self.security_protocol} needs bootstrap_servers: the"
                " embedded broker has neither TLS nor logins"
            )
        return self


class RedisAddress(Group):
    """Where the view for other services is kept, who writes it, and how long."""

    url: SecretStr | None = Field(
        None,
        description="`redis://…`, over TLS `rediss://…`; none: an embedded server; empty: no view",
    )
    url_file: AbsoluteFile | None = Field(None, description="file that holds `redis.url`")
    username: str | None = Field(
        None, min_length=1, description="of the server's ACL; none: its default user"
    )
    password: SecretStr | None = Field(None, min_length=1, description="its password")
    password_file: AbsoluteFile | None = Field(None, description="file that holds `redis.password`")
    ttl_days: int = Field(30, ge=1, le=3650, description="a user's view unchanged so long expires")
    max_users_per_s: int = Field(
        5000, ge=1, le=1_000_000, description="most users that a worker writes in a second"
    )

    @field_validator("url")
    @classmethod
    def _url_has_a_scheme(cls, url: SecretStr | None) -> SecretStr | None:
        text = "" if url is None else url.get_secret_value()
        if text and not text.startswith(("redis://", "rediss://", "unix://")):
            raise ValueError("must start with redis://, rediss:// or unix://, or be empty")
        try:
            _ = urlsplit(text).port
        except ValueError:
            # Its own message would quote what may be a part of the password.
            raise ValueError(
                "must be a URL; a password's special characters are written as %XX"
            ) from None
        return url


class Redis(TlsFiles, RedisAddress):
    """Where the view is, who we are there, and how the connection is protected."""

    @model_validator(mode="after")
    def _security_is_used(self) -> Self:
        url = "" if self.url is None else self.url.get_secret_value()
        if not url.startswith("rediss://"):
            self._refuse_tls_files("set url to rediss://…")
        if self.username is not None and self.password is None:
            raise ValueError("username needs password (or password_file)")
        if self.password is not None and not url:
            raise ValueError("password would not be used; set url")
        if self.password is not None and "@" in url:
            raise ValueError("url names a user too; set username and password, or the url alone")
        return self


class Topics(Group):
    """Names and counts of the Kafka topics."""

    prefix: TopicPrefix = Field("livecue.", description="what every topic name begins with")
    partitions: int = Field(8, ge=1, le=4096, description="number of user partitions, P")
    create: bool = Field(True, description="whether a starting worker creates missing topics")
    replication_factor: int = Field(1, ge=1, le=16, description="copies of created topics")


class Engine(Group):
    """How often a worker commits and how much it holds."""

    commit_interval_ms: int = Field(
        500,
        ge=10,
        le=4_000,
        description="time between two transactions of a partition; at least 2.5 s while it hears "
        "nothing",
    )
    commit_interval_max_ms: int = Field(
        2000, ge=10, le=4_000, description="same under load, when transactions grow larger"
    )
    max_users_per_partition: int | None = Field(
        None,
        ge=1,
        description="the longest idle beyond this number are forgotten, but for those who refuse "
        "pushes or personalization",
    )

    @field_validator("commit_interval_max_ms")
    @classmethod
    def _max_is_not_below(cls, longest: int, info: ValidationInfo) -> int:
        usual = info.data.get("commit_interval_ms")
        if usual is not None and longest < usual:
            raise ValueError(f"must be at least engine.commit_interval_ms ({usual})")
        return longest


class Embedded(Group):
    """The Kafka and Valkey that Livecue starts itself."""

    cache_dir: str | None = Field(
        None, min_length=1, description="where Kafka's jars are kept; none: the user's cache folder"
    )
    kafka_heap_mb: int = Field(512, ge=128, le=65_536, description="memory of the embedded Kafka")
