"""Settings of servers, topics and the engine that runs between them."""

from __future__ import annotations

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from config.values import BootstrapServers, Group, TopicPrefix

__all__ = ["Embedded", "Engine", "Kafka", "Redis", "Topics"]


class Kafka(Group):
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


class Redis(Group):
    """Where the view for other services is kept; Redis or Valkey."""

    url: SecretStr | None = Field(
        None,
        description="`redis://…`; none: an embedded server; empty: no view",
    )
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
        return url


class Topics(Group):
    """Names and counts of the Kafka topics."""

    prefix: TopicPrefix = Field("livecue.", description="what every topic name begins with")
    partitions: int = Field(8, ge=1, le=4096, description="number of user partitions, P")
    create: bool = Field(True, description="whether a starting worker creates missing topics")
    replication_factor: int = Field(1, ge=1, le=16, description="copies of created topics")


class Engine(Group):
    """How often a worker commits and how much it holds."""

    commit_interval_ms: int = Field(
        500, ge=10, le=4_000, description="time between two transactions of a partition"
    )
    commit_interval_max_ms: int = Field(
        2000, ge=10, le=4_000, description="same under load, when transactions grow larger"
    )
    max_users_per_partition: int | None = Field(
        None, ge=1, description="the longest idle beyond this number are forgotten"
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
