"""Why a user gets a reminder: true reasons in their language, the most important first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import numpy as np

from features.coded import Coded
from features.compiled import compiled
from features.contracts import Reason, StreamRecord
from online_models.arrays import Bools, Floats, Ints
from reminders.locales import TextLocale, text_locale
from reminders.slot_text import clean, shorten

__all__ = ["FALLBACK_CODE", "REASON_CODES", "ReasonSet", "reasons_for"]

REASON_CODES = (
    "reserved",
    "follows_host",
    "watched_host",
    "category_interest",
    "declared_interest",
    "similar_content",
    "popular",
    "exploring",
    "co_watched",
    "popular_nearby",
    "reserved_by_similar",
)
FALLBACK_CODE = "upcoming"

_IMPERSONAL = np.array([code in {"reserved", "follows_host"} for code in REASON_CODES])
_OTHER = REASON_CODES.index("co_watched")
_MOST = 3
_WEIGHT_STEPS = 20
_BASE = 32
_LEAST = 1e-300
_LONGEST_NAME = 40
_TEXTS: dict[TextLocale, dict[str, str]] = {
    "zh-CN": {
        "reserved": "你预约了这场直播",
        "follows_host": "你关注了{host}",
        "watched_host": "你看过{host}的直播",
        "category_interest": "你对{category}直播感兴趣",
        "declared_interest": "你偏好{category}",
        "similar_content": "和你看过的内容相似",
        "popular": "这场直播很受欢迎",
        "exploring": "为你推荐新鲜内容",
        "co_watched": "因为你看{other}",
        "popular_nearby": "和你相近的人都在看{host}",
        "reserved_by_similar": "和你口味相近的人预约了",
        "upcoming": "这场直播快到了",
    },
    "en": {
        "reserved": "You reserved this stream",
        "follows_host": "You follow {host}",
        "watched_host": "You have watched {host}",
        "category_interest": "You are interested in {category} streams",
        "declared_interest": "You prefer {category}",
        "similar_content": "Similar to what you have watched",
        "popular": "This stream is popular",
        "exploring": "Something new for you to try",
        "co_watched": "Because you watch {other}",
        "popular_nearby": "People like you watch {host}",
        "reserved_by_similar": "People of your taste have reserved it",
        "upcoming": "This stream is coming up",
    },
}
_NAMELESS: dict[TextLocale, dict[str, str]] = {
    "zh-CN": {"host": "这位主播", "category": "这类", "other": "相近的主播"},
    "en": {"host": "this host", "category": "such", "other": "similar hosts"},
}


@dataclass(frozen=True, slots=True)
class ReasonSet:
    """The reasons of one reminder, as values and as they stand on the wire."""

    reasons: tuple[Reason, ...]
    json: bytes


def reasons_for(
    strength: Floats,
    holds: Bools,
    personal: Bools,
    locales: Sequence[str],
    record: StreamRecord,
    others: Coded[str | None] | None = None,
) -> Coded[ReasonSet]:
    """Return the reasons of n users for one stream.

    Parameters
    ----------
    strength
        ``float64[n, len(REASON_CODES)]``: what each reason added to the score; what is not
        positive or not finite counts as 0.
    holds
        ``bool`` of the same shape: whether the reason is true of the user.
    personal
        ``bool[n]``: whether behaviour may be used; without it only `reserved` and `follows_host`
        are given.
    locales
        The users' locales.
    record
        The stream, for the names in the texts.
    others
        The name of the host of theirs that speaks most for this one, for `co_watched`.

    Returns
    -------
    Coded of ReasonSet
        One a user: at most three reasons, weights descending in (0, 1] as shares of all
        positive strength, in steps of 0.05. A reservation comes first. Where nothing holds, the
        fallback `upcoming`, which is true of every announcement.
    """
    keys = _packed(strength, holds & (personal[:, None] | _IMPERSONAL))
    spoken = Coded.of(locales).map(text_locale)
    others = Coded([None], np.zeros(len(keys), np.int64)) if others is None else others
    names, named = others.values, others.code
    if len(names) > 1:
        named = np.where(_tells_of_another(keys), named, 0)
    voices = [_texts(locale, record, name) for locale in spoken.values for name in names]
    voice, count = spoken.code * len(names) + named, max(len(voices), 1)
    said, place = np.unique(keys * count + voice, return_inverse=True)
    sets = [_unpacked(key // count, voices[key % count]) for key in said.tolist()]
    return Coded(sets, place.reshape(-1))


def _tells_of_another(keys: Ints) -> Bools:
    """Return bool[n]: whether the reasons name a host of the user's."""
    tells = np.zeros(len(keys), np.bool_)
    for place in range(_MOST):
        tells |= keys // (_BASE * _BASE) ** place % _BASE == _OTHER
    return tells


def _packed(strength: Floats, holds: Bools) -> Ints:
    """Return the top reasons of each row as digits: ``weight step × 1 + code``, base 32 each."""
    keys = np.zeros(len(strength), np.int64)
    _pack(np.ascontiguousarray(strength), np.ascontiguousarray(holds), keys)
    return keys


@compiled
def _pack(strength: Floats, holds: Bools, keys: Ints) -> None:
    codes = strength.shape[1]
    power = np.zeros(codes)
    for row in range(len(keys)):
        total = 0.0
        for code in range(codes):
            added = strength[row, code]
            counts = holds[row, code] and np.isfinite(added) and added > 0.0
            power[code] = added if counts else 0.0
            total += power[code] if code > 0 else 0.0
        if holds[row, 0]:
            power[0] = max(power[0], total)
        total += power[0]
        if total <= 0.0:
            for code in range(codes):
                power[code] = 1.0 if holds[row, code] else 0.0
                total += power[code]
        for _ in range(_MOST):
            best = 0
            for code in range(codes):
                if power[code] > power[best]:
                    best = code
            keys[row] *= _BASE * _BASE
            if power[best] > 0.0:
                step = int(np.rint(power[best] / max(total, _LEAST) * _WEIGHT_STEPS))
                keys[row] += min(max(step, 1), _WEIGHT_STEPS) * _BASE + best
                power[best] = 0.0


def _unpacked(key: int, texts: dict[str, str]) -> ReasonSet:
    digits = [(key // (_BASE * _BASE) ** place) % (_BASE * _BASE) for place in range(_MOST)]
    pairs = [divmod(digit, _BASE) for digit in reversed(digits) if digit]
    reasons = tuple(
        Reason(code=REASON_CODES[code], text=texts[REASON_CODES[code]], weight=step / _WEIGHT_STEPS)
        for step, code in pairs
    ) or (Reason(code=FALLBACK_CODE, text=texts[FALLBACK_CODE], weight=1.0),)
    return ReasonSet(reasons, msgspec.json.encode(reasons))


def _texts(locale: TextLocale, record: StreamRecord, other: str | None) -> dict[str, str]:
    names = {
        "other": shorten(clean(other or ""), _LONGEST_NAME),
        "host": shorten(clean(record.host_name or ""), _LONGEST_NAME),
        "category": shorten(clean(record.category or ""), _LONGEST_NAME),
    }
    shown = {slot: name or _NAMELESS[locale][slot] for slot, name in names.items()}
    return {code: text.format_map(shown) for code, text in _TEXTS[locale].items()}
