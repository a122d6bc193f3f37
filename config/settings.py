"""All settings: the one description of what can be set, its default, range and meaning."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, SecretStr, model_validator

from config.copywriting import Copywriting
from config.decision import Decision, Dedup, Guardrails, Rung, Streams, default_rungs
from config.monitoring import Http, Log
from config.security import AbsoluteFile
from config.servers import Embedded, Engine, Kafka, Redis, Topics
from config.values import Group, Identifier, Locale, OptionalQuietHours, QuietHours, Zone

__all__ = ["Settings"]


def _ladder(rungs: tuple[Rung, ...]) -> tuple[Rung, ...]:
    if not 1 <= len(rungs) <= 16:
        raise ValueError("must be a list of 1 to 16 rungs")
    names = [rung.name for rung in rungs]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise ValueError(f"must have a name of its own each; more than once: {', '.join(repeated)}")
    return rungs


Rungs = Annotated[
    tuple[Rung, ...],
    # TOML and JSON know lists, not tuples.
    Field(strict=False),
    AfterValidator(_ladder),
]


class Settings(Group):
    """Everything a Livecue process can be told, checked and immutable.

    Times carry their unit in the name. `load_settings` fills it from `livecue.toml` and
    `LIVECUE_*`; made by hand, `Settings()` is all defaults.
    """

    app_id: Identifier = Field(
        "",
        description="consumer group and prefix of transactional ids; "
        "by default topics.prefix without the dot, so that deployments never share them",
    )
    clock: Literal["system", "topic"] = Field(
        "system", description="wall clock, or what the `clock` topic last said"
    )
    seed: int = Field(0, ge=0, lt=2**63, description="seed of every hash that stands for chance")
    erasure_salt: SecretStr | None = Field(
        None,
        min_length=16,
        description="what ids of erased users are hashed with for the day they are remembered; "
        "none: `app_id`, which is no secret",
    )
    erasure_salt_file: AbsoluteFile | None = Field(
        None, description="file that holds `erasure_salt`"
    )
    default_timezone: Zone = Field("Asia/Shanghai", description="zone of users who named none")
    default_locale: Locale = Field("zh-CN", description="language of users who named none")
    default_quiet_hours: OptionalQuietHours = Field(
        QuietHours(), description="quiet hours of users who named none"
    )
    embedder: Literal["hashed", "semantic"] = Field(
        "hashed", description="how texts become vectors; semantic needs the extra `semantic`"
    )
    kafka: Kafka = Kafka()
    redis: Redis = Redis()
    topics: Topics = Topics()
    dedup: Dedup = Dedup()
    guardrails: Guardrails = Guardrails()
    rungs: Rungs = Field(default_rungs(), description="the ladder of reminders before a start")
    decision: Decision = Decision()
    streams: Streams = Streams()
    copywriting: Copywriting = Copywriting()
    engine: Engine = Engine()
    http: Http = Http()
    log: Log = Log()
    embedded: Embedded = Embedded()

    @model_validator(mode="after")
    def _named_after_its_topics(self) -> Self:
        if not self.app_id:
            # Frozen for everybody else; validators complete what they were given.
            self.__dict__["app_id"] = self.topics.prefix.strip("._-")[:100] or "livecue"
        return self
