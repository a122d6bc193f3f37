"""Settings of generated copies: who proposes them, and what they must not say."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr

from config.security import AbsoluteFile
from config.values import Group, Locale

__all__ = ["Copywriting"]

_URL = re.compile(r"https?://[^\s/?#]+[^\s?#]*")


def _base_url(text: str) -> str:
    if not _URL.fullmatch(text):
        raise ValueError('must be an address such as "http://localhost:8000/v1"')
    return text.rstrip("/")


class Copywriting(Group):
    """An OpenAI-compatible endpoint that proposes copies ahead of time; without one, none are."""

    url: Annotated[str, AfterValidator(_base_url)] | None = Field(
        None,
        description="base address of an OpenAI-compatible endpoint; none: no copies are generated,"
        " and neither are they with `clock` `topic`",
    )
    model: str = Field("", description="name of the model that is asked")
    api_key: SecretStr | None = Field(None, description="what the endpoint knows us by")
    api_key_file: AbsoluteFile | None = Field(None, description="file that holds `api_key`")
    locales: tuple[Locale, ...] = Field(
        ("zh-CN", "en"), strict=False, description="languages to ask for"
    )
    proposals: int = Field(
        4, ge=1, le=16, description="copies to ask for, by category and language"
    )
    timeout_s: float = Field(20, gt=0, le=600, description="longest wait for an answer")
    forbidden_words: tuple[str, ...] = Field(
        (), strict=False, description="copies with one of these are not used"
    )
