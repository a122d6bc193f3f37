"""The built-in wordings as templates, two for each intent and time to the start.

Every slot is guarded, so that each wording reads well whatever is known; the numbers in the copy
ids follow the order here, so new wordings go to the end of a list.
"""

from __future__ import annotations

from typing import Literal

from features.contracts import Intent
from reminders.locales import TextLocale

__all__ = ["TEXTS", "Moment"]

Moment = Literal["early", "near", "soon"]

_ZH_NAME = "{% if nickname %}{{ nickname }}，{% endif %}"
_ZH_WHAT = "{% if stream_title %}「{{ stream_title }}」{% else %}这场直播{% endif %}"
_ZH_WITH = "{% if product_name %}，有{{ product_name }}{% endif %}"
_ZH_HOST_FIRST = (
    _ZH_NAME + "{% if host_name %}{{ host_name }} {% else %}有场直播{% endif %}{{ starts_in }}开播"
)
_ZH_WHAT_FIRST = _ZH_WHAT + "{{ starts_in }}开播"
_ZH_RESERVED = (
    _ZH_NAME + "你预约的{% if host_name %}{{ host_name }}{% endif %}直播{{ starts_in }}开始"
)
_ZH_BY = "{% if host_name %}{{ host_name }}的直播{% else %}这场直播{% endif %}"

_EN_NAME = "{% if nickname %}{{ nickname }}, {% endif %}"
_EN_WHAT = "{% if stream_title %}“{{ stream_title }}”{% else %}The stream{% endif %}"
_EN_WITH = "{% if product_name %}, with {{ product_name }}{% endif %}"
_EN_HOST_FIRST = (
    "{% if host_name %}" + _EN_NAME + "{{ host_name }} goes live {{ starts_in }}"
    "{% else %}{% if nickname %}{{ nickname }}, a{% else %}A{% endif %} live stream starts "
    "{{ starts_in }}{% endif %}"
)
_EN_WHAT_FIRST = _EN_WHAT + " starts {{ starts_in }}"
_EN_RESERVED = (
    "{% if nickname %}{{ nickname }}, your{% else %}Your{% endif %} reserved stream"
    "{% if host_name %} with {{ host_name }}{% endif %} starts {{ starts_in }}"
)
_EN_BY = "{% if host_name %}{{ host_name }} is live{% else %}The stream is on{% endif %}"

TEXTS: dict[tuple[TextLocale, Intent], dict[Moment, tuple[tuple[str, str], ...]]] = {
    ("zh-CN", "invite"): {
        "early": (
            (_ZH_HOST_FIRST, _ZH_WHAT + _ZH_WITH + "。先预约，不错过开播。"),
            (_ZH_WHAT_FIRST, _ZH_NAME + _ZH_BY + _ZH_WITH + "，感兴趣就先预约吧。"),
        ),
        "near": (
            (_ZH_HOST_FIRST, _ZH_WHAT + _ZH_WITH + "。预约一下，开播不错过。"),
            (_ZH_WHAT_FIRST, _ZH_NAME + _ZH_BY + _ZH_WITH + "，现在预约还来得及。"),
        ),
        "soon": (
            (_ZH_HOST_FIRST, _ZH_WHAT + _ZH_WITH + "，点一下就到。"),
            (_ZH_WHAT_FIRST, _ZH_NAME + _ZH_BY + _ZH_WITH + "，就要开始了。"),
        ),
    },
    ("zh-CN", "attend"): {
        "early": (
            (_ZH_RESERVED, _ZH_WHAT + _ZH_WITH + "，把时间留出来吧。"),
            (_ZH_WHAT_FIRST, _ZH_NAME + "你已预约" + _ZH_BY + _ZH_WITH + "，到时见。"),
        ),
        "near": (
            (_ZH_RESERVED, _ZH_WHAT + _ZH_WITH + "，别忘了来看。"),
            (_ZH_WHAT_FIRST, _ZH_NAME + "你已预约" + _ZH_BY + _ZH_WITH + "，记得准时来。"),
        ),
        "soon": (
            (_ZH_RESERVED, _ZH_WHAT + _ZH_WITH + "，点一下就到。"),
            (_ZH_WHAT_FIRST, _ZH_NAME + "你预约的" + _ZH_BY + _ZH_WITH + "，就要开始了。"),
        ),
    },
    ("en", "invite"): {
        "early": (
            (_EN_HOST_FIRST, _EN_WHAT + _EN_WITH + ". Reserve it so you do not miss it."),
            (_EN_WHAT_FIRST, _EN_BY + " then" + _EN_WITH + ". Reserve it in one tap."),
        ),
        "near": (
            (_EN_HOST_FIRST, _EN_WHAT + _EN_WITH + ". Reserve it and be there for the start."),
            (_EN_WHAT_FIRST, _EN_BY + " then" + _EN_WITH + ". There is still time to reserve."),
        ),
        "soon": (
            (_EN_HOST_FIRST, _EN_WHAT + _EN_WITH + ". Tap to go there."),
            (_EN_WHAT_FIRST, _EN_BY + " very soon" + _EN_WITH + ". Tap to go there."),
        ),
    },
    ("en", "attend"): {
        "early": (
            (_EN_RESERVED, _EN_WHAT + _EN_WITH + ". Save the time."),
            (_EN_WHAT_FIRST, "You reserved it. " + _EN_BY + " then" + _EN_WITH + "."),
        ),
        "near": (
            (_EN_RESERVED, _EN_WHAT + _EN_WITH + ". See you there."),
            (_EN_WHAT_FIRST, "You reserved it. " + _EN_BY + " soon" + _EN_WITH + "."),
        ),
        "soon": (
            (_EN_RESERVED, _EN_WHAT + _EN_WITH + ". Tap to go there."),
            (_EN_WHAT_FIRST, "You reserved it. " + _EN_BY + " very soon" + _EN_WITH + "."),
        ),
    },
}
