"""Which copy and which cover each user of one announcement gets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from features.coded import Coded
from features.contracts import Cover
from features.hashing import U64Array, uniform
from online_models.arrays import Bools, Floats, Ints
from online_models.variants import COPY, COVER, VariantStats, choose
from online_models.wear import Shown
from reminders.options import Options, groups

__all__ = ["Content", "ContentPolicy", "choose_content"]

_Drawn = tuple[Ints, Floats, Bools]
_KEYS = {COPY: 1, COVER: 2}


@dataclass(frozen=True, slots=True)
class ContentPolicy:
    """How to choose: what is known of the variants, and the seed of the hashed uniforms."""

    stats: VariantStats
    seed: int


@dataclass(frozen=True, slots=True)
class Content:
    """The choice for n users.

    Attributes
    ----------
    copy
        Place in `options.copies`, ``int64[n]``.
    cover
        Place in `covers`, ``int64[n]``; −1 without covers.
    propensity
        The probability of this copy with this cover, ``float64[n]`` in (0, 1].
    explore
        Whether either came from the uniform share, ``bool[n]``.
    age
        How long ago each was shown this copy (`online_models.wear`), ``int64[n]``.
    """

    options: Options
    covers: Sequence[Cover]
    copy: Ints
    cover: Ints
    propensity: Floats
    explore: Bools
    age: Ints


def choose_content(
    options: Options,
    covers: Sequence[Cover],
    user_h: U64Array,
    segments: Sequence[str],
    announcement: int,
    policy: ContentPolicy,
    shown: Shown,
) -> Content:
    """Choose by what is known of the variants; all chance is a hash of the decision.

    Parameters
    ----------
    user_h
        ``uint64[n]``.
    segments
        The segment of each user in the statistics of variants.
    announcement
        `reminder_id.announcement_h` of (stream, rung, start).
    shown
        What users were shown last, by place in `options.copies`; it wears out.
    """
    spoken = Coded.of(segments)
    copy = np.full(len(user_h), -1)
    propensity = np.ones(len(user_h))
    explore = np.zeros(len(user_h), np.bool_)
    for place, rows in groups(options.set_of, len(options.sets)):
        candidates = options.sets[place]
        ids = [options.copies[candidate].copy_id for candidate in candidates]
        worn = shown.among(candidates, len(options.copies)).take(rows)
        index, propensity[rows], explore[rows] = _draw(
            COPY, ids, user_h[rows], spoken.take(rows), announcement, policy, worn
        )
        copy[rows] = np.asarray(candidates)[index]
    cover = np.full(len(user_h), -1)
    if covers:
        ids = [cover.cover_id for cover in covers]
        unworn = Shown.nothing(len(user_h))
        cover, p_cover, tried = _draw(COVER, ids, user_h, spoken, announcement, policy, unworn)
        propensity, explore = propensity * p_cover, explore | tried
    return Content(options, covers, copy, cover, propensity, explore, shown.age_of(copy))


def _draw(
    kind: str,
    ids: Sequence[str],
    user_h: U64Array,
    segments: Coded[str],
    announcement: int,
    policy: ContentPolicy,
    worn: Shown,
) -> _Drawn:
    count = len(user_h)
    if len(ids) == 1:
        return np.zeros(count, np.int64), np.ones(count), np.zeros(count, np.bool_)
    key = _KEYS[kind]
    uniforms = np.stack(
        [uniform(policy.seed, announcement, user_h, key, part) for part in (0, 1)], axis=1
    )
    return choose(policy.stats, kind, segments, ids, worn, uniforms)
