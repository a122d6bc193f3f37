"""Kinds of values that settings are made of, each with the message of what it must be."""

from __future__ import annotations

import re
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

__all__ = [
    "BootstrapServers",
    "Group",
    "Identifier",
    "Label",
    "Locale",
    "QuietHours",
    "TopicPrefix",
    "Zone",
]

_LOCALE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_KAFKA_NAME = re.compile(r"[A-Za-z0-9._-]*")
_LABEL = re.compile(r"[A-Za-z0-9._-]{1,64}")
_HOST_PORT = re.compile(r"(\[[0-9A-Fa-f:]+\]|[A-Za-z0-9._-]+):(\d{1,5})")
_TIME_OF_DAY = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


class Group(BaseModel):
    """A frozen group of settings that refuses keys it does not know and values of another type."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        raise ValueError('must be an IANA time zone such as "Asia/Shanghai"') from None
    return name


def _locale(tag: str) -> str:
    if not _LOCALE.fullmatch(tag):
        raise ValueError('must be a BCP 47 language tag such as "zh-CN" or "en"')
    return tag


def _identifier(name: str) -> str:
    if name and not (_KAFKA_NAME.fullmatch(name) and len(name) <= 100):
        raise ValueError("must be at most 100 letters, digits, dots, underscores or hyphens")
    return name


def _label(name: str) -> str:
    if not _LABEL.fullmatch(name):
        raise ValueError("must be 1 to 64 letters, digits, dots, underscores or hyphens")
    return name


def _topic_prefix(prefix: str) -> str:
    if not _KAFKA_NAME.fullmatch(prefix) or len(prefix) > 200:
        raise ValueError(
            "must be at most 200 letters, digits, dots, underscores or hyphens, "
            'the characters of a Kafka topic name, such as "livecue."'
        )
    return prefix


def _time_of_day(text: str) -> str:
    if not _TIME_OF_DAY.fullmatch(text):
        raise ValueError('must be a local time from "00:00" to "23:59", written "HH:MM"')
    return text


def _bootstrap_servers(text: str) -> str:
    for server in text.split(","):
        match = _HOST_PORT.fullmatch(server.strip())
        if match is None or not 1 <= int(match[2]) <= 65_535:
            raise ValueError('must be "host:port", several joined by commas')
    return text


Zone = Annotated[str, AfterValidator(_zone)]
Locale = Annotated[str, AfterValidator(_locale)]
Identifier = Annotated[str, AfterValidator(_identifier)]
Label = Annotated[str, AfterValidator(_label)]
TopicPrefix = Annotated[str, AfterValidator(_topic_prefix)]
TimeOfDay = Annotated[str, AfterValidator(_time_of_day)]
BootstrapServers = Annotated[str, AfterValidator(_bootstrap_servers)]


class QuietHours(Group):
    """Local hours without pushes: [start, end), may cross midnight; equal ends mean none."""

    start: TimeOfDay = Field("22:00", description="first quiet minute")
    end: TimeOfDay = Field("08:00", description="first minute that is not quiet any more")


def _none_word(value: object) -> object:
    return None if value == "none" else value


# TOML has no null: the word "none" stands for it.
OptionalQuietHours = Annotated[QuietHours | None, BeforeValidator(_none_word)]
