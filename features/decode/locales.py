"""BCP 47 language tags."""

from __future__ import annotations

import re

__all__ = ["is_locale"]

_IRREGULAR = (
    "en-gb-oed|i-ami|i-bnn|i-default|i-enochian|i-hak|i-klingon|i-lux|i-mingo|i-navajo|i-pwn"
    "|i-tao|i-tay|i-tsu|sgn-be-fr|sgn-be-nl|sgn-ch-de"
)
_TAG = re.compile(
    rf"""(?:{_IRREGULAR}|x(?:-[a-z0-9]{{1,8}})+|
    (?:[a-z]{{2,3}}(?:-[a-z]{{3}}){{0,3}}|[a-z]{{4,8}})  # language and extended language
    (?:-[a-z]{{4}})?                                     # script
    (?:-(?:[a-z]{{2}}|[0-9]{{3}}))?                      # region
    (?:-(?:[a-z0-9]{{5,8}}|[0-9][a-z0-9]{{3}}))*         # variants
    (?:-[a-wyz0-9](?:-[a-z0-9]{{2,8}})+)*                # extensions
    (?:-x(?:-[a-z0-9]{{1,8}})+)?)                        # private use
    """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)


def is_locale(tag: str) -> bool:
    """Tell whether the tag is well-formed (RFC 5646, section 2.1), in any letter case.

    >>> is_locale("zh-CN"), is_locale("zh-Hans-CN"), is_locale("zh_CN"), is_locale("")
    (True, True, False, False)
    """
    return _TAG.fullmatch(tag) is not None
